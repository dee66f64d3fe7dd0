using OuiShare.Federation.Node.Events;
using OuiShare.Federation.V1;
using OuiShare.Federation.Web.Pages.EventForm;
using OuiShare.Federation.Web.Pages.Shared;
using OuiShare.Federation.Web.Text;

namespace OuiShare.Federation.Web.Pages.MyEvents;

/// <summary>An event of this chapter in a person's list.</summary>
/// <param name="Href">Where it leads.</param>
/// <param name="Title">Its title for the reader; empty while it has none.</param>
/// <param name="Format">Its sort, as icons and words name it.</param>
/// <param name="Start">When, in words, on its own clock: the next time of a series; empty when no time can be read.</param>
/// <param name="Where">City or venue; may be empty.</param>
/// <param name="IsCancelled">It does not take place.</param>
internal sealed record OwnEventRow(string Href, string Title, string Format, string Start, string Where, bool IsCancelled);

/// <summary>A draft or proposal in a list.</summary>
/// <param name="Event">Its event.</param>
/// <param name="Draft">Itself.</param>
/// <param name="AuthorName">Who wrote it; null: the reader herself, or nobody.</param>
internal sealed record DraftRow(OwnEventRow Event, Draft Draft, string? AuthorName);

/// <summary>Makes the rows of a person's lists. Thread-safe.</summary>
internal sealed class OwnEventRows(DateWords dates, EventRows rows, TimeProvider time)
{
    /// <summary>Rows of published events, the soonest first; what is over comes last.</summary>
    public IReadOnlyList<OwnEventRow> Make(IEnumerable<PublishedEvent> events) =>
    [
        .. events.Select(found => (Row: Make(EventLinks.Page(found.Origin.Short, found.Id), found.Record), Next: NextOf(found.Record)))
            .OrderBy(found => found.Next?.Start ?? DateTimeOffset.MaxValue).Select(found => found.Row),
    ];

    /// <summary>A row for a draft.</summary>
    public DraftRow Make(Draft draft, string? authorName = null) => new(Make($"/events/{draft.EventId}/edit", draft.Record), draft, authorName);

    private OwnEventRow Make(string href, EventRecord record) => new(
        href,
        EventTexts.InReadersLanguage(record.Title),
        EventFormats.NameOf(record.Format),
        WhenOf(record),
        record.Place?.Name is { Length: > 0 } venue ? venue : record.Place?.City ?? "",
        record.Status == EventStatus.Cancelled);

    private string WhenOf(EventRecord record)
    {
        if ((NextOf(record) ?? EventDates.First(record.Time)) is not { } date)
            return "";
        var day = dates.WeekdayShort(date.LocalStart, rows.Today);
        return date.IsAllDay ? day : $"{day}, {dates.Hours(date.LocalStart, date.LocalEnd)}";
    }

    private EventDate? NextOf(EventRecord record) =>
        record.Time is { } when && EventDates.Next(when, time.GetUtcNow(), most: 1) is [var next] ? next : null;
}
