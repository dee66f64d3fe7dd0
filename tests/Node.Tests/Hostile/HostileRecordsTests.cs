using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Search;
using OuiShare.Federation.Node.Text;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.Search;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Hostile;

/// <summary>
/// Whatever a chapter signs, reading it never throws and never takes long. Random records of every kind, some within the rules and some not, and
/// bytes that are no records, go through all that a node does with a stored record: rules, occurrences, Markdown, calendar, search document,
/// index. A seed that fails is replayed by HOSTILE_SEED; HOSTILE_SECONDS says how long, 30 seconds without it.
/// </summary>
/// <remarks>Time is bounded generously and on the wall: it is there to see what is unbounded, not to measure.</remarks>
public sealed class HostileRecordsTests(TestNode node) : IClassFixture<TestNode>
{
    private const int Batch = 200;

    /// <summary>The longest that one record may take, all in all, on a machine that is busy with other tests.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private static readonly DateTimeOffset[] Moments = [Samples.Now, DateTimeOffset.MinValue, DateTimeOffset.MaxValue];

    private const int UsualSeed = 20261129;

    private int _asked;

    [Fact]
    public async Task No_record_makes_a_reader_throw_or_stall()
    {
        // Every change is judged by the same records; a run that is given more time begins anywhere.
        var longer = Number("HOSTILE_SECONDS");
        var seconds = longer ?? 30;
        var first = Number("HOSTILE_SEED") ?? (longer is null ? UsualSeed : RandomNumberGenerator.GetInt32(int.MaxValue / 2));
        var until = Stopwatch.StartNew();
        var (read, shown) = (0, 0);

        for (var seed = first; seed == first || until.Elapsed < TimeSpan.FromSeconds(seconds); seed++)
        {
            var changes = new List<IndexChange>();
            var records = new HostileRecords(new Random(seed));
            for (var number = 0; number < Batch; number++, read++)
            {
                var (kind, body) = records.Next();
                try
                {
                    var (document, time) = Measured(kind, body);
                    // Once more, if the machine was busy or the code was cold.
                    if (time > Longest)
                        (_, time) = Measured(kind, body);
                    Assert.True(time <= Longest, $"it took {time}");
                    if (document is not null)
                        changes.Add(new IndexChange.Put(document));
                }
                catch (Exception e)
                {
                    Assert.Fail($"Record {number} of seed {seed} ({kind}). Replay: HOSTILE_SEED={seed}\n{e}");
                }
            }

            await node.Get<SearchFollower>().Index.ApplyAsync(changes, new Dictionary<string, long>(), CancellationToken.None);
            shown += changes.Count;
        }

        Console.WriteLine($"Hostile records: {read} read, {shown} of them shown, from seed {first}.");
        // Or the test would show what the rules refuse and nothing of what stands behind them.
        Assert.InRange(shown, read / 5, read);
    }

    private (SearchDocument? Document, TimeSpan Time) Measured(RecordKind kind, byte[] body)
    {
        var started = Stopwatch.StartNew();
        var document = Read(kind, body);
        return (document, started.Elapsed);
    }

    private SearchDocument? Read(RecordKind kind, byte[] body)
    {
        switch (kind)
        {
            case RecordKind.Chapter:
                if (ReadableRecord.Chapter(body) is { } chapter)
                    Render(chapter.Description);
                return null;
            case RecordKind.Member:
                _ = ReadableRecord.Member(body);
                return null;
            default:
                // A record outside of the rules is not shown; reading it must be harmless all the same.
                if (ReadableRecord.TryParse(EventRecord.Parser, body) is { } record)
                    Read(record);
                var id = RecordId.From(Guid.CreateVersion7(Samples.Now));
                return node.Get<SearchDocuments>().TryMake(node.Files.Own.Origin, id, body, Samples.Now, Samples.Now);
        }
    }

    private void Read(EventRecord record)
    {
        Render(record.Description);
        _ = EventDraftRules.Check(record);
        if (record.Time is { } time)
        {
            // The first and the last moment there is cost the most, and are asked of every tenth.
            foreach (var from in ++_asked % 10 == 0 ? Moments : Moments[..1])
                Assert.InRange(EventDates.Next(time, from, most: 12).Count, 0, 12);
            _ = EventDates.First(time);
        }

        var published = new PublishedEvent(node.Files.Own.Origin, Guid.CreateVersion7(Samples.Now), record, "Paris", IsOwn: false, default, Samples.Now);
        var calendar = node.Get<CalendarFeeds>().WriteSingle(published, ["fr"]);
        Assert.InRange(calendar.Length, 1, 4 << 20);
    }

    private static void Render(LocalizedText? text)
    {
        foreach (var translation in text?.Translations ?? [])
        {
            Assert.InRange(MarkdownText.ToHtml(translation.Text).Length, 0, 4 << 20);
            _ = MarkdownText.ToPlainText(translation.Text);
        }
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
