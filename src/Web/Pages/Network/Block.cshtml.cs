using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.Web.Pages.Shared;

namespace OuiShare.Federation.Web.Pages.Network;

/// <summary>Blocks a chapter, peer or not, after asking; and ends a block.</summary>
[Authorize(Policies.Admin)]
public sealed class BlockModel(ChapterBlocks blocks, ChapterDirectory chapters) : PageModel
{
    /// <summary>The chapter's name.</summary>
    public string Name { get; private set; } = "";

    public IActionResult OnGet(string origin)
    {
        if (Read(origin) is not { } chapter)
            return NotFound();
        if (blocks.IsBlocked(chapter))
            return Redirect("/network");
        Name = blocks.NameOf(chapter);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string origin, IFormCollection form, CancellationToken cancellationToken)
    {
        if (Read(origin) is not { } chapter)
            return NotFound();

        Name = blocks.NameOf(chapter);
        switch (form["do"].ToString())
        {
            case "block":
                TempData.Leave(await blocks.BlockAsync(chapter, cancellationToken) == BlockResult.Done ? "peer.done.block" : "block.refused", Name);
                break;
            case "unblock":
                await blocks.UnblockAsync(chapter, cancellationToken);
                TempData.Leave("block.ended", Name);
                break;
        }

        return Redirect("/network");
    }

    private Origin? Read(string text) => Origin.TryParse(text, out var origin) && origin != chapters.Own ? origin : null;
}
