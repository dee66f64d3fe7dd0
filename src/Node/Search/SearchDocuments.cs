using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.Node.Text;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.Search;
using OuiShare.Federation.V1;
using Origin = OuiShare.Federation.Protocol.Origin;

namespace OuiShare.Federation.Node.Search;

/// <summary>Makes what the index holds from what a chapter published, and reads it back.</summary>
internal class SearchDocuments(ChapterDirectory chapters, Countries countries, CityNames cities, CalendarFeeds feeds)
{
    /// <summary>Length of the plain text kept for lists: two or three lines.</summary>
    private const int SummaryLength = 240;

    public static string Key(Origin origin, RecordId id) => $"{origin.Short}/{id}";

    public static (string OriginShort, Guid Id) ReadKey(string key) => (key[..Origin.ShortDigits], Guid.ParseExact(key.AsSpan(Origin.ShortDigits + 1), "N"));

    /// <summary>Tells the names apart under which a chapter's events are indexed.</summary>
    public long NameMark(Origin origin) => BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(chapters.NameOf(origin))));

    /// <summary>The document of an event; null when the record cannot be read or never takes place.</summary>
    /// <remarks>Virtual, so that a test can let a record do what no known one does any more.</remarks>
    public virtual SearchDocument? TryMake(Origin origin, RecordId id, byte[] body, DateTimeOffset storedAt, DateTimeOffset now)
    {
        // A chapter may sign nonsense; it is kept and passed on, and found by nobody.
        if (ReadableRecord.Event(body) is not { } record || OccurrencesOf(record.Time, now) is not { Count: > 0 } occurrences)
            return null;
        return new SearchDocument
        {
            Key = Key(origin, id),
            Group = origin.Short,
            GroupName = chapters.NameOf(origin),
            Texts = [.. record.Title?.Translations.Select(title => new SearchText(title.Language, title.Text, PlainText(record.Description, title.Language))) ?? []],
            Tags = [.. record.Tags],
            PlaceWords = PlaceWords(record),
            Languages = [.. record.SpokenLanguages],
            Point = record.Place?.Coordinates is { } point ? new SearchPoint(point.Latitude, point.Longitude) : null,
            Occurrences = occurrences,
            RefreshAt = record.Time.Recurrence.Count > 0 && occurrences.Count == CalendarLimits.Occurrences ? occurrences[^2].End : null,
            Format = record.Format.ToString(),
            IsCancelled = record.Status == EventStatus.Cancelled,
            IsOnline = record.IsOnline || record.OnlineUrl.Length > 0,
            Stored = WriteStored(record),
            FeedText = feeds.WriteBlock(record, id, origin, storedAt),
        };
    }

    // The next ones; of what is over, the last one that is easily known: the first of its series.
    private static List<SearchTimeSpan> OccurrencesOf(EventTime time, DateTimeOffset now)
    {
        var spans = Occurrences.Next(time, now).Select(occurrence => occurrence.Span).ToList();
        if (spans.Count == 0 && EventTimes.Span(time) is { } first)
            spans.Add(first);
        return spans.ConvertAll(span => new SearchTimeSpan(span.Start, span.End ?? span.Start));
    }

    // A city is found by each of its names, and by the one that the event's calendar writes.
    private string PlaceWords(EventRecord record)
    {
        string[] words = record.Place is not { } place
            ? [record.Location]
            : [place.Name, place.City, place.Region, place.Country.Length == 0 ? "" : countries.NameOf(place.Country, "en"), cities.Of(place.City, place.Country), record.Location];
        return string.Join(' ', words.Where(word => word.Length > 0));
    }

    private static string PlainText(LocalizedText? text, string language) =>
        MarkdownText.ToPlainText(text?.Translations.FirstOrDefault(translation => translation.Language == language)?.Text ?? "");

    private static byte[] WriteStored(EventRecord record)
    {
        var summary = PlainText(record.Description, record.Description?.SourceLanguage ?? "");
        var shown = record.Clone();
        shown.Description = null;
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteString(summary.Length <= SummaryLength ? summary : summary[..SummaryLength]);
            output.WriteMessage(shown);
        }

        return stream.ToArray();
    }

    public static (EventRecord Record, string Summary) ReadStored(byte[] stored)
    {
        var input = new CodedInputStream(stored);
        var summary = input.ReadString();
        var record = new EventRecord();
        input.ReadMessage(record);
        return (record, summary);
    }
}
