using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.V1;
using OuiShare.Federation.Web.Pages.Shared;
using OuiShare.Federation.Web.Text;

namespace OuiShare.Federation.Web.Pages.Events;

/// <summary>One event of any chapter: when, where, what about, and whether one comes.</summary>
[Authorize(Policies.Anyone)]
internal sealed class EventModel(EventDirectory events, ChapterDirectory chapters, NodeLocation location, EventRows rows, TimeProvider time) : PageModel
{
    /// <summary>Dates of a series that are listed.</summary>
    private const int NextDates = 6;

    /// <summary>What became of it when there is nothing to show: the key of its words; null: the event is shown.</summary>
    public string? Gone { get; private set; }

    /// <summary>Whose event it was, in words.</summary>
    public string ChapterName { get; private set; } = "";

    public PublishedEvent Event { get; private set; } = null!;

    public EventRecord Record => Event.Record;

    public ReaderText Title { get; private set; } = null!;

    /// <summary>Null when it has none.</summary>
    public ReaderText? Description { get; private set; }

    /// <summary>Why it does not take place; empty: nobody said.</summary>
    public string Cancellation { get; private set; } = "";

    /// <summary>Languages its texts are in, the original's first.</summary>
    public IReadOnlyList<string> TextLanguages { get; private set; } = [];

    /// <summary>The time that is shown large; null when it cannot be read.</summary>
    public EventDate? Date { get; private set; }

    /// <summary>The next dates of a series, this one among them; empty for an event that takes place once.</summary>
    public IReadOnlyList<EventDate> Dates { get; private set; } = [];

    public bool IsOver { get; private set; }

    /// <summary>When it begins on this chapter's clock, if that differs from the event's own; null otherwise.</summary>
    public DateTime? StartHere { get; private set; }

    /// <summary>IANA zone of this chapter's clock.</summary>
    public string ZoneHere => rows.Zone;

    /// <summary>Null when this chapter does not give its seats away, or has no limit.</summary>
    public Seats? Seats { get; private set; }

    /// <summary>The reader's answer; null: none yet, or she cannot give one.</summary>
    public bool? Answer { get; private set; }

    public Role Role { get; private set; }

    /// <summary>Its page at its own chapter's node; null when that one has no address, or is this one.</summary>
    public string? HomePage { get; private set; }

    /// <summary>This page's absolute address.</summary>
    public string Link { get; private set; } = "";

    public string OriginShort { get; private set; } = "";

    public Guid Id { get; private set; }

    /// <summary>When its newest entry was verified and stored here, on this chapter's clock.</summary>
    public DateTime VerifiedAt { get; private set; }

    /// <summary>Today on this chapter's clock.</summary>
    public DateTime Today => rows.Today;

    /// <summary>Connectors change their own chapter's events.</summary>
    public bool MayChange => Event.IsOwn && Role >= Role.Connector;

    /// <summary>What came of the answer just given: the key of its words; null: none was given.</summary>
    public string? AnswerNews { get; private set; }

    public IActionResult OnGet(string originShort, string id, string? text, string? answer)
    {
        (OriginShort, Role) = (originShort, User.ToActor().Role);
        if (!Guid.TryParseExact(id, "N", out var eventId))
            return NotFound();

        Id = eventId;
        switch (events.Find(originShort, eventId))
        {
            case EventLookup.Found found:
                Show(found.Event, ReaderLanguages.Of(Request, text));
                AnswerNews = answer is "going" or "not-going" or "full" or "closed" ? "rsvp.news." + answer : null;
                return Page();
            case EventLookup.Withdrawn withdrawn:
                (Gone, ChapterName) = ("gone.withdrawn", withdrawn.ChapterName);
                Response.StatusCode = StatusCodes.Status410Gone;
                return Page();
            case EventLookup.Damaged damaged:
                (Gone, ChapterName) = ("gone.damaged", damaged.ChapterName);
                Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return Page();
            case EventLookup.Missing missing:
                (Gone, ChapterName) = ("gone.missing", missing.ChapterName);
                Response.StatusCode = StatusCodes.Status404NotFound;
                return Page();
            default:
                return NotFound();
        }
    }

    private void Show(PublishedEvent published, ReaderLanguages languages)
    {
        Event = published;
        ChapterName = published.ChapterName;
        Title = languages.Choose(Record.Title) ?? new ReaderText(published.Id.ToString(), "", 1, 1);
        Description = languages.Choose(Record.Description);
        Cancellation = languages.Words(Record.Cancellation);
        TextLanguages = ListLanguages(Record);
        Link = location.Link(EventLinks.Page(OriginShort, Id));
        VerifiedAt = EventDates.Local(published.VerifiedAt, rows.Zone);
        if (!published.IsOwn && WebLink.Read(chapters.Find(published.Origin)?.Address ?? "") is { } home)
            HomePage = home.Href.TrimEnd('/') + EventLinks.Page(OriginShort, Id);
        ShowDates(time.GetUtcNow());
        ShowSeats();
    }

    private void ShowDates(DateTimeOffset now)
    {
        if (Record.Time is null)
            return;
        var next = EventDates.Next(Record.Time, now, NextDates);
        Dates = Record.Time.Recurrence.Count > 0 ? next : [];
        Date = next.Count > 0 ? next[0] : EventDates.First(Record.Time);
        IsOver = next.Count == 0;
        if (Date is { IsAllDay: false } date && EventDates.Local(date.Start, rows.Zone) is var here && here != date.LocalStart)
            StartHere = here;
    }

    private void ShowSeats()
    {
        if (!Event.IsOwn)
            return;
        if (Record.Capacity > 0)
            Seats = events.FindSeats(Id);
        if (User.MemberId() is { } member)
            Answer = events.FindAnswer(Id, member);
    }

    private static IReadOnlyList<string> ListLanguages(EventRecord record) =>
        [.. (record.Title?.Translations.Select(translation => translation.Language) ?? [])
            .Concat(record.Description?.Translations.Select(translation => translation.Language) ?? [])
            .Where(language => language != "und")
            .Distinct()];
}
