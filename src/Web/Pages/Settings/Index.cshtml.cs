using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Mail;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.V1;
using OuiShare.Federation.Web.Pages.EventForm;
using OuiShare.Federation.Web.Pages.Shared;

namespace OuiShare.Federation.Web.Pages.Settings;

/// <summary>How the chapter describes itself, and how its node is.</summary>
[Authorize(Policies.Admin)]
public sealed class IndexModel(
    ChapterDirectory chapters, NodeLocation location, Gazetteer gazetteer, IGrainFactory grains, MailTrial mailTrial, DataFolder folder, Wording say) : PageModel
{
    /// <summary>What was refused.</summary>
    public Refusals Refusals { get; } = new();

    /// <summary>The description as typed.</summary>
    public SettingsInput Input { get; private set; } = SettingsInput.Of(chapters.OwnRecord ?? new ChapterRecord(), chapters.OwnAddress ?? "");

    /// <summary>Towns the place may mean.</summary>
    public PlacePick Place { get; private set; } = PlacePick.Nothing;

    /// <summary>What came of the trial mail; null: none was sent.</summary>
    public MailResult? Mailing { get; private set; }

    /// <summary>Where the trial mail goes; null: the admin has no address.</summary>
    public string? TrialAddress => mailTrial.AddressOf(User);

    /// <summary>A mail server is set.</summary>
    public bool HasMail => mailTrial.HasMail;

    /// <summary>Where others reach the node now.</summary>
    public string PublicAddress => location.Public;

    /// <summary>The chapter's zone.</summary>
    public string Zone => chapters.OwnRecord?.Zone ?? "";

    /// <summary>The chapter's key.</summary>
    public string Key => chapters.Own.ToString();

    /// <summary>Bytes of the data folder.</summary>
    public long DataBytes => new DirectoryInfo(folder.Folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPostAsync(IFormCollection form, CancellationToken cancellationToken)
    {
        if (form["do"] == "mail")
        {
            Mailing = await mailTrial.SendAsync(User, cancellationToken);
            return Page();
        }

        var before = chapters.OwnRecord ?? new ChapterRecord();
        Input = SettingsInput.Read(form);
        var isSamePlace = Input.Place == (before.Place?.City ?? "") && form["place-choice"].Count == 0;
        if (!isSamePlace)
            Place = PlacePick.Find(gazetteer, Input.Place, form["place-choice"]);
        if (!isSamePlace && Place.Matches.Count == 0)
            Refusals.Add("place", say[Input.Place.Length == 0 ? "refused.PLACE_MISSING" : "refused.PLACE_UNKNOWN"]);
        else if (!isSamePlace && Place.Chosen is null)
            Refusals.Add("place", say["refused.PLACE_AMBIGUOUS"]);
        if (Refusals.Any)
            return Page();

        return Finish(await grains.GetGrain<IChapterGrain>(0).Update(Input.ToRecord(before, Place.Chosen), User.ToActor(), cancellationToken));
    }

    private IActionResult Finish(ChapterResult result)
    {
        switch (result)
        {
            case ChapterResult.Done:
                TempData.Leave("settings.saved");
                return Redirect("/settings");
            case ChapterResult.Refused refused:
                Refusals.Add(refused.Violations, say, field => field == "description" ? "description-" + Input.LongestDescription
                    : field.StartsWith("place", StringComparison.Ordinal) || field == "zone" ? "place" : field);
                return Page();
            case ChapterResult.Forbidden:
                return Forbid();
            case var unknown:
                throw new UnreachableException($"{unknown} has no page.");
        }
    }
}

/// <summary>The chapter's description as the form holds it.</summary>
public sealed record SettingsInput(
    string Name, string Place, IReadOnlyList<string> Languages, string Address, IReadOnlyList<(string Language, string Text)> Descriptions)
{
    /// <summary>Language of the longest description: the one that is too long when any is.</summary>
    public string LongestDescription => Descriptions.Count == 0 ? "" : Descriptions.MaxBy(text => text.Text.Length).Language;

    /// <summary>Opens what is published.</summary>
    public static SettingsInput Of(ChapterRecord chapter, string address) => new(
        chapter.Name, chapter.Place?.City ?? "", [.. chapter.Languages], address,
        [.. EventTexts.Offered(chapter.Description?.Translations.Select(translation => translation.Language) ?? [], chapter.Languages)
            .Select(language => (language, EventTexts.Find(chapter.Description, language)?.Text ?? ""))]);

    /// <summary>Reads a posted form.</summary>
    public static SettingsInput Read(IFormCollection form) => new(
        Typed.Line(form["name"]), Typed.Line(form["place"]), MainFirst(LanguagePicks.Read(form), form["main-language"].ToString()), Typed.Url(form["address"]).TrimEnd('/'),
        [.. form["description-language"].OfType<string>().Where(language => language.Length is > 0 and <= 35).Distinct().Take(24)
            .Select(language => (language, Typed.Lines(form["description-" + language])))]);

    /// <summary>The record for the grain.</summary>
    /// <param name="before">What is published.</param>
    /// <param name="town">A new place; null: the old one stays.</param>
    public ChapterRecord ToRecord(ChapterRecord before, PlaceMatch? town)
    {
        var chapter = before.Clone();
        (chapter.Name, chapter.Address, chapter.Description) = (Name, Address, EventTexts.Join(Descriptions, before.Description));
        chapter.Languages.Clear();
        chapter.Languages.AddRange(Languages);
        if (town is not null)
            (chapter.Place, chapter.Zone) = (PlacePick.ToPlace(town), PlacePick.ZoneOf(town));
        return chapter;
    }

    private static IReadOnlyList<string> MainFirst(IReadOnlyList<string> languages, string main) =>
        languages.Contains(main) ? [main, .. languages.Where(language => language != main)] : languages;
}
