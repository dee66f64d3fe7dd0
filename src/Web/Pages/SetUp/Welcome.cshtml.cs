using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Web.Pages.SetUp;

/// <summary>Where a new chapter's admin arrives: three ways to begin.</summary>
[Authorize(Policies.Admin)]
public sealed class WelcomeModel(ChapterDirectory chapters) : PageModel
{
    /// <summary>The chapter.</summary>
    public ChapterRecord Chapter { get; } = chapters.OwnRecord ?? new ChapterRecord();

    /// <summary>Its key, for its face.</summary>
    public byte[] Key { get; } = chapters.Own.ToByteArray();
}
