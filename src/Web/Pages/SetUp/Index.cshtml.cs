using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.V1;
using OuiShare.Federation.Web.Pages.Shared;
using OuiShare.Federation.Web.Pages.SignIn;

namespace OuiShare.Federation.Web.Pages.SetUp;

/// <summary>Opens a new node: names its chapter and makes its first admin. Behind the one-use link that the first start prints.</summary>
[Authorize(Policies.Anyone)]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class IndexModel(
    MemberLinks links, MemberDirectory members, ChapterDirectory chapters, Gazetteer gazetteer, IGrainFactory grains, MemberSignIn signIn, Wording say) : PageModel
{
    /// <summary>What was refused.</summary>
    public Refusals Refusals { get; } = new();

    /// <summary>Name of the chapter as typed.</summary>
    public string ChapterName { get; private set; } = "";

    /// <summary>Where it meets.</summary>
    public PlacePick Place { get; private set; } = PlacePick.Nothing;

    /// <summary>Languages chosen.</summary>
    public IReadOnlyList<string> Languages { get; private set; } = [CultureInfo.CurrentUICulture.TwoLetterISOLanguageName];

    /// <summary>Name of the first admin as typed.</summary>
    public string AdminName { get; private set; } = "";

    /// <summary>The link does not work: it was used, or never existed.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>The chapter is set up already.</summary>
    public bool IsSetUp => chapters.IsSetUp;

    public IActionResult OnGet(string secret) => IsOpen(secret) ? Page() : Closed();

    public async Task<IActionResult> OnPostAsync(string secret, IFormCollection form, CancellationToken cancellationToken)
    {
        if (!IsOpen(secret))
            return Closed();

        ChapterName = Typed.Line(form["name"]);
        AdminName = Typed.Line(form["admin"]);
        Languages = LanguagePicks.Read(form);
        Place = PlacePick.Find(gazetteer, Typed.Line(form["place"]), form["place-choice"]);
        if (Place.Matches.Count == 0)
            Refusals.Add("place", say[Place.Text.Length == 0 ? "refused.PLACE_MISSING" : "refused.PLACE_UNKNOWN"]);
        else if (Place.Chosen is null)
            Refusals.Add("place", say["refused.PLACE_AMBIGUOUS"]);
        if (AdminName.Length == 0)
            Refusals.Add("admin", say["refused.ADMIN_MISSING"]);
        if (Place.Chosen is not { } place || Refusals.Any)
            return Page();

        var chapter = new ChapterRecord { Name = ChapterName, Place = PlacePick.ToPlace(place), Zone = PlacePick.ZoneOf(place) };
        chapter.Languages.AddRange(Languages);
        switch (await grains.GetGrain<IChapterGrain>(0).SetUp(secret, chapter, AdminName, cancellationToken))
        {
            case SetUpResult.Done done:
                await signIn.SignInAsync(HttpContext, members.Find(done.AdminId)!, BrowserName.Of(Request));
                return Redirect("/welcome");
            case SetUpResult.Refused refused:
                Refusals.Add(refused.Violations, say, field => field.StartsWith("place", StringComparison.Ordinal) || field == "zone" ? "place" : field);
                return Page();
            case SetUpResult.AlreadySetUp or SetUpResult.LinkRefused:
                return Closed();
            case var unknown:
                throw new UnreachableException($"{unknown} has no page.");
        }
    }

    private bool IsOpen(string secret) => links.Find(secret) is { Purpose: LinkPurpose.SetUp };

    // A link that once worked is gone; one that never did is unknown. Which of both a stranger holds is not told before set-up.
    private PageResult Closed()
    {
        IsClosed = true;
        Response.StatusCode = chapters.IsSetUp ? StatusCodes.Status410Gone : StatusCodes.Status404NotFound;
        return Page();
    }
}
