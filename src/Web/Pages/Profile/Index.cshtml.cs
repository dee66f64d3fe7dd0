using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Web.Pages.EventForm;
using OuiShare.Federation.Web.Pages.Shared;
using OuiShare.Federation.Web.Pages.SignIn;

namespace OuiShare.Federation.Web.Pages.Profile;

/// <summary>What a member says of herself, and everything that is hers: calendar address, tokens, data, the way out.</summary>
[Authorize(Policies.Member)]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class IndexModel(
    IGrainFactory grains, MemberDirectory members, AccessTokens tokens, ChapterDirectory chapters, NodeLocation location, MailChanges changes, Wording say)
    : PageModel
{
    /// <summary>Longest name of a token.</summary>
    private const int LabelLength = 60;

    /// <summary>What was refused.</summary>
    public Refusals Refusals { get; } = new();

    /// <summary>The member as she is stored.</summary>
    public Account Account { get; private set; } = null!;

    /// <summary>Her profile as typed.</summary>
    public ProfileInput Input { get; private set; } = null!;

    /// <summary>Her tokens.</summary>
    public IReadOnlyList<AccessToken> Tokens { get; private set; } = [];

    /// <summary>A token just made, shown once.</summary>
    public string? NewToken { get; private set; }

    /// <summary>A mail server is set; without one an address cannot be proven.</summary>
    public bool HasMail => changes.HasMail;

    /// <summary>Where her calendar program finds what she said yes to.</summary>
    public string CalendarAddress => location.Link($"/my/{Account.CalendarSecret}.ics");

    public IActionResult OnGet()
    {
        if (!Load())
            return NotFound();
        Input = ProfileInput.Of(Account, chapters.OwnRecord?.Languages ?? []);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(IFormCollection form, CancellationToken cancellationToken)
    {
        if (!Load())
            return NotFound();
        Input = ProfileInput.Of(Account, chapters.OwnRecord?.Languages ?? []);
        var grain = grains.GetGrain<IMemberGrain>(Account.Id);
        switch (form["do"].ToString())
        {
            case "token":
                return await CreateTokenAsync(Typed.Line(form["label"]), cancellationToken);
            case "revoke":
                await tokens.RevokeAsync(Account.Id, form["token"].ToString(), cancellationToken);
                TempData.Leave("profile.token.revoked");
                return Redirect("/profile#tokens");
            case "calendar":
                await grain.RenewCalendarAddress(User.ToActor(), cancellationToken);
                TempData.Leave("profile.calendar.renewed");
                return Redirect("/profile#calendar");
            case "proof":
                return await changes.SendAgainAsync(Account, cancellationToken) is var again && Tell(again) ? Redirect("/profile#mail") : Page();
            case "save":
                return await SaveAsync(grain, form, cancellationToken);
            default:
                return BadRequest();
        }
    }

    private bool Load()
    {
        // The operator's token is an admin without a person: it has no profile.
        if (User.MemberId() is not { } me || members.Find(me) is not { } account)
            return false;
        (Account, Tokens) = (account, tokens.List(me));
        return true;
    }

    private async Task<IActionResult> SaveAsync(IMemberGrain grain, IFormCollection form, CancellationToken cancellationToken)
    {
        Input = ProfileInput.Read(form);
        var result = await grain.UpdateProfile(Input.ToProfile(Account.Tagline), User.ToActor(), cancellationToken);
        if (result is MemberResult.Done && Input.IsShown != Account.IsShown)
            result = await grain.ShowToNetwork(Input.IsShown, User.ToActor(), cancellationToken);
        switch (result)
        {
            case MemberResult.Done:
                var after = members.Find(Account.Id) ?? Account;
                var mailing = await changes.FollowAsync(Account, after, cancellationToken);
                TempData.Leave(Input.IsShown == Account.IsShown ? "profile.saved" : Input.IsShown ? "profile.shown" : "profile.hidden");
                Account = after;
                return Tell(mailing) ? Redirect("/profile") : Page();
            case MemberResult.Refused refused:
                Refusals.Add(refused.Violations, say, field => field == "tagline" ? "tagline-" + Input.LongestTagline : field);
                return Page();
            case MemberResult.Unknown:
                return NotFound();
            case MemberResult.Forbidden:
                return Forbid();
            case var unknown:
                throw new UnreachableException($"{unknown} has no page.");
        }
    }

    /// <summary>Leaves a notice of a mail that was sent, or refuses the field; false: the page must say so.</summary>
    private bool Tell(ProofMailing mailing)
    {
        switch (mailing)
        {
            case ProofMailing.Sent sent:
                TempData.Leave("profile.mail.sent", sent.Mail);
                return true;
            case ProofMailing.NotNeeded:
                return true;
            case ProofMailing.TooOften tooOften:
                Response.TellToRetry(tooOften.Wait);
                Refusals.Add("mail", say["profile.mail.too-often", say.Lasting(tooOften.Wait)]);
                return false;
            case ProofMailing.Failed failed:
                Refusals.Add("mail", say["profile.mail.not-sent"] + " " + failed.Sentence);
                return false;
            case var unknown:
                throw new UnreachableException($"{unknown} has no page.");
        }
    }

    private async Task<IActionResult> CreateTokenAsync(string label, CancellationToken cancellationToken)
    {
        if (label.Length is 0 or > LabelLength)
            Refusals.Add("label", say["refused.LABEL_MISSING"]);
        else if (await tokens.CreateAsync(Account.Id, label, cancellationToken) is { } secret)
            NewToken = secret;
        else
            Refusals.Add("label", say["refused.TOKENS_TOO_MANY", AccessTokens.TokensOfMember]);
        Tokens = tokens.List(Account.Id);
        return Page();
    }
}

/// <summary>A profile as the form holds it.</summary>
public sealed record ProfileInput(
    string Name, string Mail, string City, string Skills, IReadOnlyList<string> Languages, IReadOnlyList<(string Language, string Text)> Taglines, bool IsShown)
{
    /// <summary>Language of the longest sentence: the one that is too long when any is.</summary>
    public string LongestTagline => Taglines.Count == 0 ? "" : Taglines.MaxBy(tagline => tagline.Text.Length).Language;

    /// <summary>Opens a member's profile.</summary>
    public static ProfileInput Of(Account account, IEnumerable<string> ofChapter)
    {
        var used = account.Tagline?.Translations.Select(translation => translation.Language) ?? [];
        return new ProfileInput(
            account.Name, account.WantedMail ?? account.Mail ?? "", account.City, string.Join(", ", account.Skills), account.Languages,
            [.. EventTexts.Offered(used, account.Languages.Concat(ofChapter)).Select(language => (language, EventTexts.Find(account.Tagline, language)?.Text ?? ""))],
            account.IsShown);
    }

    /// <summary>Reads a posted form.</summary>
    public static ProfileInput Read(IFormCollection form) => new(
        Typed.Line(form["name"]), Typed.Line(form["mail"]), Typed.Line(form["city"]), Typed.Line(form["skills"]), LanguagePicks.Read(form),
        [.. form["tagline-language"].OfType<string>().Where(language => language.Length is > 0 and <= 35).Distinct().Take(24).Select(language => (language, Typed.Line(form["tagline-" + language])))],
        form["shown"] == "true");

    /// <summary>The profile for the grain.</summary>
    public MemberProfile ToProfile(V1.LocalizedText? before) => new(
        Name, Typed.LineOrNull(Mail), EventTexts.Join(Taglines, before), City, Typed.Words(Skills), Languages);
}
