using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Web.Pages.EventForm;

namespace OuiShare.Federation.Web.Pages.MyEvents;

/// <summary>An event of this chapter in a person's list.</summary>
/// <param name="Href">Where it leads.</param>
/// <param name="Title">Its title for the reader; empty while it has none.</param>
/// <param name="Format">Its sort, as icons and words name it.</param>
/// <param name="Start">Its start as written: local, with its zone.</param>
/// <param name="Where">City or venue; may be empty.</param>
/// <param name="IsCancelled">It does not take place.</param>
public sealed record OwnEventRow(string Href, string Title, string Format, string Start, string Where, bool IsCancelled)
{
    /// <summary>A row for a record.</summary>
    public static OwnEventRow Of(string href, V1.EventRecord record) => new(
        href,
        EventTexts.InReadersLanguage(record.Title),
        EventFormats.NameOf(record.Format),
        (record.Time?.Start ?? "").Replace('T', ' '),
        record.Place?.Name is { Length: > 0 } venue ? venue : record.Place?.City ?? "",
        record.Status == V1.EventStatus.Cancelled);
}

/// <summary>A draft or proposal in a list.</summary>
/// <param name="Event">Its event.</param>
/// <param name="Draft">Itself.</param>
/// <param name="AuthorName">Who wrote it; null: the reader herself, or nobody.</param>
public sealed record DraftRow(OwnEventRow Event, Draft Draft, string? AuthorName)
{
    /// <summary>A row for a draft.</summary>
    public static DraftRow Of(Draft draft, string? authorName = null) =>
        new(OwnEventRow.Of($"/events/{draft.EventId}/edit", draft.Record), draft, authorName);
}
