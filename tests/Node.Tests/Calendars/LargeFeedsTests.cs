using System.Text;
using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Calendars;

/// <summary>
/// A calendar repeats the texts of a series for each occurrence that was changed, so a record of 64 KiB could have 16 MB of them, on the disk of every
/// node and in the memory of whoever answers with a feed.
/// </summary>
public sealed class LargeFeedsTests
{
    private readonly CalendarWriter _writer = new(new Countries(), new ZoneTexts());

    [Fact]
    public void A_series_with_long_texts_and_many_changes_stays_small_and_is_read_again_the_same()
    {
        var record = Series(changes: CalendarLimits.Exceptions);

        var block = _writer.Block(Entry(record), ["en"]);

        Assert.InRange(block.Utf8.Length, CalendarLimits.FullEventBytes, CalendarLimits.EventBytes);
        var again = Reading.Bytes(_writer.Single(Entry(record), ["en"]).ToArray());
        Assert.Empty(again.Problems);
        Assert.Equal(record, Assert.Single(again.Events).Event);
    }

    [Fact]
    public void A_usual_series_says_everything_of_each_change()
    {
        var text = Encoding.UTF8.GetString(_writer.Block(Entry(Series(changes: 2)), ["en"]).Utf8.Span);

        Assert.Equal(3, text.Split("DESCRIPTION;LANGUAGE=en:").Length - 1);
    }

    [Fact]
    public void A_feed_without_room_leaves_out_the_largest_and_keeps_the_order()
    {
        var room = new FeedRoom(bytes: 100);
        CalendarBlock[] blocks = [Block(10), Block(60), Block(20), Block(50), Block(5)];

        foreach (var block in blocks)
            room.Add(block);

        Assert.Equal([blocks[0], blocks[2], blocks[3], blocks[4]], room.Kept);
    }

    private static CalendarBlock Block(int bytes) => new(new byte[bytes], Zone: "", FirstYear: 2026);

    private static CalendarEntry Entry(EventRecord record) => new(record, Id: "id", Origin: "origin", PageUrl: "", new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));

    // Every text at its limit, in letters of two bytes.
    private static EventRecord Series(int changes)
    {
        var series = new EventRecord
        {
            Title = Text(200),
            Description = Text(CalendarLimits.DescriptionLength),
            Time = new EventTime { Start = "2026-12-01T19:00", Zone = "Europe/Paris", Recurrence = { "RRULE:FREQ=DAILY" } },
            Place = new Place { Name = Letters(200), Address = Letters(300), City = Letters(100), Country = "FR" },
            Location = Letters(600),
            Status = EventStatus.Confirmed,
            Format = EventFormat.Workshop,
            Uid = "large@example",
        };
        var day = new DateOnly(2026, 12, 1);
        series.Time.Exceptions.Add(Enumerable.Range(0, changes).Select(after => new EventException
        {
            OriginalStart = $"{day.AddDays(after):yyyy-MM-dd}T19:00", Start = $"{day.AddDays(after):yyyy-MM-dd}T20:00",
        }));
        return series;
    }

    private static LocalizedText Text(int length) =>
        new() { SourceLanguage = "en", Translations = { new Translation { Language = "en", Text = Letters(length), Version = 1 } } };

    private static string Letters(int length) => new('é', length);
}
