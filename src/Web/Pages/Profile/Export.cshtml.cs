using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Web.Pages.Profile;

/// <summary>Everything the node keeps of a member, as one JSON file for her.</summary>
[Authorize(Policies.Member)]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class ExportModel(MemberDirectory members, EventDirectory events, AccessTokens tokens, Sessions sessions, MemberLinks links) : PageModel
{
    // A person reads this file: accents stay as they are.
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public IActionResult OnGet()
    {
        if (User.MemberId() is not { } me || members.Find(me) is not { } account)
            return NotFound();

        var export = new
        {
            account.Id,
            account.Name,
            account.Mail,
            MailNotYetConfirmed = account.WantedMail,
            Role = Policies.NameOf(account.Role),
            account.JoinedAt,
            account.Languages,
            account.City,
            account.Skills,
            Tagline = account.Tagline?.Translations.ToDictionary(translation => translation.Language, translation => translation.Text),
            ShownToTheNetwork = account.IsShown,
            Answers = events.ListAnswers(me).Select(answer => Describe(answer)),
            Drafts = events.ListDrafts(me).Select(draft => new { Event = draft.EventId, draft.IsProposed, draft.UpdatedAt, Record = JsonDocument.Parse(JsonFormatter.Default.Format(draft.Record)) }),
            Sessions = sessions.List(me).Select(session => new { session.Browser, session.StartedAt, session.SeenAt }),
            SignInLinksMadeForYou = links.ListMadeFor(me).Select(link => new
            {
                MadeBy = link.MakerId is { } maker ? members.Find(maker)?.Name ?? "" : "operator",
                link.MadeAt,
                link.ExpiresAt,
                link.UsedAt,
            }),
            Tokens = tokens.List(me).Select(token => new { token.Label, token.CreatedAt }),
        };
        return File(JsonSerializer.SerializeToUtf8Bytes(export, Readable), "application/json", "ouishare.json");
    }

    private object Describe(Answer answer)
    {
        var found = (events.FindOwn(answer.EventId) as EventLookup.Found)?.Event;
        return new
        {
            Event = answer.EventId,
            answer.IsGoing,
            answer.AnsweredAt,
            Title = found?.Record.Title?.Translations.FirstOrDefault()?.Text,
            found?.Record.Time?.Start,
            found?.Record.Time?.Zone,
        };
    }
}
