using System.Globalization;
using System.Text;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.Search;
using OuiShare.Federation.V1;
using Origin = OuiShare.Federation.Protocol.Origin;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// Calendars for people's calendar programs: one event, some events, or all that a search finds. What search finds is kept ready as text, so that
/// ten thousand events are copied and not written anew. Thread-safe.
/// </summary>
public sealed class CalendarFeeds
{
    /// <summary>Most events in one feed.</summary>
    public const int EventsInFeed = 20_000;

    private readonly CalendarWriter _writer;
    private readonly ZoneTexts _zones;
    private readonly NodeLocation _location;

    internal CalendarFeeds(CalendarWriter writer, ZoneTexts zones, NodeLocation location)
    {
        _writer = writer;
        _zones = zones;
        _location = location;
    }

    /// <summary>A calendar of one event; UTF-8.</summary>
    /// <param name="published">The event.</param>
    /// <param name="languages">BCP 47 tags of the reader, the preferred first.</param>
    public ReadOnlyMemory<byte> WriteSingle(PublishedEvent published, IReadOnlyList<string> languages) => _writer.Single(EntryOf(published), languages);

    /// <summary>Writes a calendar of these events.</summary>
    /// <param name="events">The events.</param>
    /// <param name="languages">BCP 47 tags of the reader, the preferred first.</param>
    /// <param name="name">The calendar's name for people.</param>
    /// <param name="sourceUrl">Where it is fetched from.</param>
    /// <param name="write">Takes the calendar piece by piece; UTF-8.</param>
    public void Write(IEnumerable<PublishedEvent> events, IReadOnlyList<string> languages, string name, string sourceUrl, Action<ReadOnlyMemory<byte>> write) =>
        new CalendarFeed(_zones).Write([.. events.Select(published => _writer.Block(EntryOf(published), languages))], new CalendarHeading(name, sourceUrl), write);

    /// <summary>Writes a calendar of what search found.</summary>
    public async Task WriteAsync(SearchFeed feed, string name, string sourceUrl, Action<ReadOnlyMemory<byte>> write, CancellationToken cancellationToken)
    {
        var room = new FeedRoom(CalendarLimits.FeedBytes);
        await foreach (var text in feed.ReadTextsAsync(cancellationToken))
            room.Add(ReadBlock(text));
        new CalendarFeed(_zones).Write(room.Kept, new CalendarHeading(name, sourceUrl), write);
    }

    /// <summary>What the index keeps of an event for feeds: its zone, a space, its first year, a line feed, its VEVENTs.</summary>
    internal string WriteBlock(EventRecord record, RecordId id, Origin origin, DateTimeOffset storedAt)
    {
        var block = _writer.Block(new CalendarEntry(record, id.ToString(), origin.Short, PageUrl(origin, id), storedAt), languages: []);
        return string.Create(CultureInfo.InvariantCulture, $"{block.Zone} {block.FirstYear}\n") + Encoding.UTF8.GetString(block.Utf8.Span);
    }

    private static CalendarBlock ReadBlock(string text)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        var head = text[..end].Split(' ');
        // An index of an earlier version of this program has no years.
        var year = head.Length == 2 && int.TryParse(head[1], CultureInfo.InvariantCulture, out var first) ? first : CalendarLimits.EarliestYear;
        return new CalendarBlock(Encoding.UTF8.GetBytes(text, end + 1, text.Length - end - 1), head[0], year);
    }

    private CalendarEntry EntryOf(PublishedEvent published)
    {
        var id = RecordId.From(published.Id);
        return new CalendarEntry(published.Record, id.ToString(), published.Origin.Short, PageUrl(published.Origin, id), published.VerifiedAt);
    }

    private string PageUrl(Origin origin, RecordId id) => _location.Link($"/events/{origin.Short}/{id}");
}
