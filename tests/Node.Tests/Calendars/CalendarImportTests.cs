using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Calendars;

/// <summary>
/// What an import does with the events of a chapter: which calendar and version each is, and what became of those that left. The tests share a
/// node; so each writes a mark of its own before every UID, and into its calendars' names and addresses.
/// </summary>
public sealed class CalendarImportTests(TestNode node) : IClassFixture<TestNode>
{
    private const string Feed = "https://example.org/calendar.ics";

    private readonly string _mark = Guid.CreateVersion7(Samples.Now).ToString("N")[^8..];

    [Fact]
    public async Task A_cancellation_cancels_the_event_it_names()
    {
        await ImportAsync(Fault("60-method-cancel-whole-a"));

        var report = await ImportAsync(Fault("60-method-cancel-whole-b"));

        Assert.Equal((0, 1, 0), (report.Created, report.Updated, report.Rejected));
        Assert.Equal(EventStatus.Cancelled, Published("c60-a").Status);
        Assert.Equal("Case", Published("c60-a").Title.Translations[0].Text);

        var again = await ImportAsync(Fault("60-method-cancel-whole-a"));

        Assert.Equal(ImportReasons.OlderVersion, Assert.Single(again.Problems).Reason);
        Assert.Equal(EventStatus.Cancelled, Published("c60-a").Status);
    }

    [Fact]
    public async Task A_cancellation_of_what_is_not_here_creates_nothing_and_is_told()
    {
        var report = await ImportAsync(Fault("62-method-cancel-unknown"));

        Assert.Equal((0, 0), (report.Created, report.Updated));
        Assert.Equal(ImportReasons.CancelledUnknown, Assert.Single(report.Problems).Reason);
        Assert.IsType<EventLookup.Unknown>(Lookup("c62-a"));
    }

    [Theory]
    [InlineData("RECURRENCE-ID:20270111T180000Z", "2027-01-04T19:00 2027-01-18T19:00 2027-01-25T19:00")]
    [InlineData("RECURRENCE-ID;TZID=Europe/London:20270111T180000", "2027-01-04T19:00 2027-01-18T19:00 2027-01-25T19:00")]
    [InlineData("RECURRENCE-ID;VALUE=DATE:20270111", "2027-01-04T19:00 2027-01-18T19:00 2027-01-25T19:00")]
    [InlineData("RECURRENCE-ID:20270111T190000", "2027-01-04T19:00 2027-01-18T19:00 2027-01-25T19:00")]
    [InlineData("RECURRENCE-ID;RANGE=THISANDFUTURE:20270118T180000Z", "2027-01-04T19:00 2027-01-11T19:00")]
    public async Task A_cancellation_of_some_occurrences_leaves_the_others(string occurrence, string starts)
    {
        await ImportAsync(Calendar(Event("a", "DTSTART;TZID=Europe/Paris:20270104T190000", "RRULE:FREQ=WEEKLY;COUNT=4", "SEQUENCE:0")));

        var report = await ImportAsync(Calendar("METHOD:CANCEL", $"BEGIN:VEVENT\r\nUID:a\r\nSEQUENCE:1\r\n{occurrence}\r\nEND:VEVENT"));

        Assert.Equal(1, report.Updated);
        Assert.Equal(EventStatus.Confirmed, Published("a").Status);
        Assert.Equal(starts, string.Join(' ', Occurrences.Next(Published("a").Time, Samples.Now).Select(next => next.LocalStart)));
    }

    [Fact]
    public async Task An_older_version_does_not_overwrite_a_newer()
    {
        await ImportAsync(Fault("63-older-sequence-later-a"));

        var report = await ImportAsync(Fault("63-older-sequence-later-b"));

        Assert.Equal("New version", Published("c63-a").Title.Translations[0].Text);
        Assert.Equal((1, ImportReasons.OlderVersion), (report.Unchanged, Assert.Single(report.Problems).Reason));
    }

    [Theory]
    [InlineData("SEQUENCE:2", "SEQUENCE:1", false)]
    [InlineData("SEQUENCE:1", "SEQUENCE:2", true)]
    [InlineData("SEQUENCE:1\r\nLAST-MODIFIED:20261120T000000Z", "SEQUENCE:1\r\nLAST-MODIFIED:20261119T000000Z", false)]
    [InlineData("SEQUENCE:1\r\nLAST-MODIFIED:20261120T000000Z", "SEQUENCE:2\r\nLAST-MODIFIED:20261119T000000Z", true)]
    [InlineData("DTSTAMP:20261120T000000Z", "DTSTAMP:20261119T000000Z", false)]
    [InlineData("LAST-MODIFIED:20261120T000000Z\r\nDTSTAMP:20261119T000000Z", "LAST-MODIFIED:20261120T000000Z\r\nDTSTAMP:20261120T000000Z", true)]
    [InlineData("SEQUENCE:3\r\nLAST-MODIFIED:20261119T000000Z", "LAST-MODIFIED:20261120T000000Z", true)]
    [InlineData("SEQUENCE:3", "X-NOTHING:1", true)]
    public async Task Versions_are_ordered_by_what_both_say(string first, string second, bool isTaken)
    {
        await ImportAsync(Calendar(Event("a", "DTSTART:20270104T190000Z", first)));

        await ImportAsync(Calendar(Event("a", "DTSTART:20270105T190000Z", second)));

        Assert.Equal(isTaken ? "2027-01-05T19:00" : "2027-01-04T19:00", Published("a").Time.Start);
    }

    [Fact]
    public async Task What_was_taken_back_here_stays_so_and_is_told()
    {
        await ImportAsync(Calendar(Event("a", "DTSTART:20270104T190000Z")));
        await node.Event(Id("a")).Withdraw(Actor.Operator);

        var report = await ImportAsync(Calendar(Event("a", "DTSTART:20270104T190000Z")));

        Assert.Equal(ImportReasons.TakenBack, Assert.Single(report.Problems).Reason);
    }

    [Theory]
    [InlineData(WhenGone.Unspecified, ImportReasons.GoneKept)]
    [InlineData(WhenGone.Keep, ImportReasons.GoneKept)]
    [InlineData(WhenGone.Cancel, ImportReasons.GoneCancelled)]
    [InlineData(WhenGone.Withdraw, ImportReasons.GoneWithdrawn)]
    public async Task What_left_its_calendar_is_told_and_treated_as_the_admin_chose(WhenGone whenGone, string reason)
    {
        foreach (var address in new[] { "", Feed })
        {
            await ImportAsync(Fault("58-vanished-from-feed-a"), address);

            var tried = await ImportAsync(Fault("58-vanished-from-feed-b"), address, new ImportWishes(IsDryRun: true, whenGone));
            Assert.Equal((1, EventStatus.Confirmed), (tried.Gone, Published("c58-b").Status));
            var report = await ImportAsync(Fault("58-vanished-from-feed-b"), address, new ImportWishes(WhenGone: whenGone));

            Assert.Equal((1, reason, "c58-b"), (report.Gone, Assert.Single(report.Problems).Reason, report.Problems[0].Uid[_mark.Length..]));
            Assert.Equal(EventStatus.Confirmed, Published("c58-a").Status);
            if (whenGone == WhenGone.Withdraw)
            {
                Assert.IsType<EventLookup.Withdrawn>(Lookup("c58-b"));
                return;
            }

            Assert.Equal(whenGone == WhenGone.Cancel ? EventStatus.Cancelled : EventStatus.Confirmed, Published("c58-b").Status);
            // What is there again takes place again.
            await ImportAsync(Fault("58-vanished-from-feed-a"), address);
            Assert.Equal(EventStatus.Confirmed, Published("c58-b").Status);
        }
    }

    [Fact]
    public async Task What_was_chosen_for_an_address_is_remembered()
    {
        await ImportAsync(Fault("58-vanished-from-feed-a"), Feed, new ImportWishes(WhenGone: WhenGone.Cancel));

        await ImportAsync(Fault("58-vanished-from-feed-b"), "webcal://example.org/calendar.ics");

        Assert.Equal(EventStatus.Cancelled, Published("c58-b").Status);
    }

    [Fact]
    public async Task What_is_over_or_cannot_be_read_or_is_in_a_message_did_not_leave()
    {
        await ImportAsync(Calendar(
            Event("past", "DTSTART:20260104T190000Z"), Event("broken", "DTSTART:20270104T190000Z"), Event("other", "DTSTART:20270104T190000Z")));

        var whole = await ImportAsync(Calendar(Event("broken", "DTSTART:tomorrow"), Event("other", "DTSTART:20270104T190000Z")));
        var message = await ImportAsync(Calendar("METHOD:REQUEST", Event("other", "DTSTART:20270104T190000Z")));
        var empty = await ImportAsync(Calendar("X-NOTHING:1"));

        Assert.Equal((0, 0, 0), (whole.Gone, message.Gone, empty.Gone));
    }

    [Fact]
    public async Task Two_calendars_that_number_from_one_have_their_own_events()
    {
        await ImportAsync(Fault("66-same-uid-two-calendars-a"));

        var report = await ImportAsync(Fault("66-same-uid-two-calendars-b"));

        Assert.Equal((1, ImportReasons.SameUid), (report.Created, Assert.Single(report.Problems).Reason));
        Assert.Equal("Alpha of calendar A", Published("c66-1").Title.Translations[0].Text);
        Assert.Equal(0, (await ImportAsync(Fault("66-same-uid-two-calendars-a"))).Updated);
        Assert.Equal((0, 1), ((await ImportAsync(Fault("66-same-uid-two-calendars-b"))).Created, (await ImportAsync(Fault("66-same-uid-two-calendars-b"))).Unchanged));
    }

    [Fact]
    public async Task Two_addresses_and_two_calendars_of_one_file_may_number_from_one()
    {
        var one = Calendar(Event("1", "DTSTART:20270104T190000Z"));
        await ImportAsync(one, "https://one.example/");
        Assert.Equal(1, (await ImportAsync(Calendar(Event("1", "DTSTART:20270304T190000Z")), "https://two.example/")).Created);

        var both = Calendar("X-WR-CALNAME:A", Event("2", "DTSTART:20270105T190000Z")) + Calendar("X-WR-CALNAME:B", Event("2", "DTSTART:20270305T190000Z"));
        Assert.Equal(2, (await ImportAsync(both)).Created);
        Assert.Equal((0, 0, 2), Counts(await ImportAsync(both)));
    }

    [Fact]
    public async Task A_calendar_that_moved_brings_no_second_events()
    {
        var calendar = Calendar(Event("1", "DTSTART:20270104T190000Z"), Event("unique@example.org", "DTSTART:20270105T190000Z"));
        await ImportAsync(calendar, "https://old.example/");

        var moved = calendar.Replace("20270105T190000Z", "20270106T190000Z", StringComparison.Ordinal);

        Assert.Equal((0, 1, 1), Counts(await ImportAsync(moved, "https://new.example/")));
        Assert.Equal("2027-01-06T19:00", Published("unique@example.org").Time.Start);
    }

    [Fact]
    public async Task The_chapter_s_own_feed_changes_nothing_and_makes_no_second_events()
    {
        await ImportAsync(Fault("X01-same-uid-two-chapters-a"));
        await node.PublishAsync(Samples.Event("Made here"));
        var events = new[] { "shared-uid@example.org", "2026-1" }.Select(uid => ((EventLookup.Found)Lookup(uid)).Event).ToList();
        var feed = Write(events).Replace("SUMMARY:Shared network evening", "SUMMARY:Changed on the way", StringComparison.Ordinal);

        var report = await ImportAsItIsAsync(Encoding.UTF8.GetBytes(feed));

        Assert.Equal((0, 0, 2), Counts(report));
        Assert.Equal((ImportReasons.OwnEvents, 2), (Assert.Single(report.Problems).Reason, report.Problems[0].Values[0]));
        Assert.Equal("Shared network evening", Published("shared-uid@example.org").Title.Translations[0].Text);
    }

    [Fact]
    public async Task Another_chapter_s_feed_makes_no_second_events_of_what_the_network_has()
    {
        using var key = NodeKey.FromSeed(RandomNumberGenerator.GetBytes(32));
        await ImportAsync(Fault("X01-same-uid-two-chapters-a"));
        var theirs = Reading.Bytes(Fault("X01-same-uid-two-chapters-b")).Events.Select(parsed => parsed.Event).ToList();
        theirs.ForEach(record => record.Uid = _mark + record.Uid);
        var ids = theirs.ConvertAll(record => RecordId.FromUid(key.Origin, record.Uid));
        var writer = new JournalWriter(key, new JournalId(key.Origin, Epoch: 0), new MerkleRange());
        foreach (var (record, id) in theirs.Zip(ids))
            writer.Append(new EntryDraft(RecordKind.Event, id, new RecordBody(RandomNumberGenerator.GetBytes(16), record.ToByteArray())), Samples.Now);
        Assert.IsType<StoreResult.Stored>(await node.Get<ReplicaJournals>().StoreAsync(writer.Take(), carriedBy: null, CancellationToken.None));
        var own = new[] { "shared-uid@example.org", "2026-1" }.Select(uid => ((EventLookup.Found)Lookup(uid)).Event);
        var network = ids.Select(id => Assert.IsType<EventLookup.Found>(node.Get<EventDirectory>().Find(key.Origin, id.ToGuid())).Event);

        var feed = Write([.. own, .. network]);
        var report = await ImportAsItIsAsync(Encoding.UTF8.GetBytes(feed), Feed);

        Assert.Equal((0, 0, 4), Counts(report));
        Assert.Equal([ImportReasons.OwnEvents, ImportReasons.NetworkEvents], report.Problems.Select(problem => problem.Reason));
        Assert.Equal("Chapter A own number one", Published("2026-1").Title.Translations[0].Text);
        Assert.Equal(4, Ical.Net.Calendar.Load(feed)!.Events.Select(read => read.Uid).Distinct().Count());
    }

    [Fact]
    public async Task A_chapter_that_begins_anew_takes_its_events_back_from_its_feed()
    {
        await ImportAsync(Fault("X01-same-uid-two-chapters-a"));
        var found = ((EventLookup.Found)Lookup("2026-1")).Event;
        // The same event, of an origin that has no entry of it here.
        var feed = Write([found]).Replace(RecordId.From(found.Id).ToString(), new string('7', 32), StringComparison.Ordinal);

        Assert.Equal((0, 0, 1), Counts(await ImportAsItIsAsync(Encoding.UTF8.GetBytes(feed))));
        Assert.Equal(_mark + "2026-1", found.Record.Uid);
    }

    private static (int Created, int Updated, int Unchanged) Counts(CalendarReport report) => (report.Created, report.Updated, report.Unchanged);

    private Task<CalendarReport> ImportAsync(string text, string address = "", ImportWishes? wishes = null) =>
        ImportAsync(Encoding.UTF8.GetBytes(text), address, wishes);

    private Task<CalendarReport> ImportAsync(byte[] file, string address = "", ImportWishes? wishes = null)
    {
        var marked = Encoding.UTF8.GetString(file).Replace("\nUID:", "\nUID:" + _mark, StringComparison.Ordinal).Replace("PRODID:-//", "PRODID:-//" + _mark, StringComparison.Ordinal);
        return ImportAsItIsAsync(Encoding.UTF8.GetBytes(marked), address.Replace("://", $"://{_mark}.", StringComparison.Ordinal), wishes);
    }

    private Task<CalendarReport> ImportAsItIsAsync(byte[] file, string address = "", ImportWishes? wishes = null) =>
        node.Get<CalendarImport>().RunAsync(new CalendarFile(file, address), wishes ?? new ImportWishes(), Actor.Operator, (_, _) => Task.CompletedTask, CancellationToken.None);

    private Guid Id(string uid) => RecordId.FromUid(node.Get<ChapterDirectory>().Own, _mark + uid).ToGuid();

    private EventLookup Lookup(string uid) => node.Get<EventDirectory>().FindOwn(Id(uid));

    private EventRecord Published(string uid) => Assert.IsType<EventLookup.Found>(Lookup(uid)).Event.Record;

    private string Write(IEnumerable<PublishedEvent> events)
    {
        var feed = new MemoryStream();
        node.Get<CalendarFeeds>().Write(events, ["fr"], "Feed", "https://node.example/calendar.ics", part => feed.Write(part.Span));
        return Encoding.UTF8.GetString(feed.ToArray());
    }

    private static byte[] Fault(string name) => File.ReadAllBytes(Path.Combine(Reading.Fixtures(), "faults", name + ".ics"));

    private static string Calendar(params string[] parts) => $"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n{string.Join("\r\n", parts)}\r\nEND:VCALENDAR\r\n";

    private static string Event(string uid, params string[] lines) => $"BEGIN:VEVENT\r\nUID:{uid}\r\nSUMMARY:Case\r\n{string.Join("\r\n", lines)}\r\nEND:VEVENT";
}
