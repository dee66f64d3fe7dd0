using Microsoft.Extensions.Time.Testing;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Integrity;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Operator;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Node.Problems;
using OuiShare.Federation.Node.Search;
using OuiShare.Federation.Node.Tests.Peers;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Integrity;

/// <summary>
/// Two whole nodes over real gRPC, one of which loses something on its disk: it is not shown, it is told, and it comes back from the other by
/// itself, byte for byte. The clock stands still, so nothing of this waits for a timer.
/// </summary>
public sealed class JournalRepairTests : IAsyncLifetime
{
    private const int Events = 300;

    private readonly FakeTimeProvider _time = new(Samples.Now);
    private readonly TemporaryFolder _folder = new();
    private TestNode _origin = null!;
    private TestNode _copy = null!;
    private Guid[] _ids = [];

    private JournalId Journal { get; set; }

    public async Task InitializeAsync()
    {
        _origin = await TestNode.StartAsync(_folder.File("origin"), time: _time);
        _copy = await TestNode.StartAsync(_folder.File("copy"), time: _time);
        Journal = _origin.Get<OwnJournal>().Journal;
        _ids = [.. (await Task.WhenAll(Enumerable.Range(0, Events).Select(number => _origin.PublishAsync(Samples.Event($"Apéro {number}"))))).Select(published => published.Id)];
        using var channel = _origin.Connect().Channel;
        var invitation = await _origin.Get<PeerInvitations>().CreateAsync(Actor.Operator, $"http://{channel.Target}", lifetime: null);
        Assert.IsType<AcceptResult.Accepted>(await _copy.Get<PeerInvitations>().AcceptAsync(invitation.ToText()));
        await _copy.HoldsAsync(Journal, Events + 1);
        await _copy.SeesAsync(Journal.Origin, "the origin up to date", status => status is { Activity: PeerActivity.UpToDate, IsEqual: true });
    }

    public async Task DisposeAsync()
    {
        await _origin.DisposeAsync();
        await _copy.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("record")]
    [InlineData("salt")]
    public async Task A_text_that_was_changed_on_a_replica_s_disk_is_not_shown_and_comes_back_from_a_peer(string column)
    {
        var place = Place(_copy, _ids[17]);
        DamagedFile.Change(Database(_copy), "bodies", column, $"entry_number = {Number(_copy, place)}");

        Assert.IsType<EventLookup.Damaged>(Find(_copy, _ids[17]));

        await ShowsAgainAsync(_copy, 17);
        await IsSoundAsync(_copy);
    }

    [Fact]
    public async Task A_chapter_gets_a_text_of_its_own_back_from_a_peer()
    {
        DamagedFile.Change(Database(_origin), "bodies", "record", $"entry_number = {Number(_origin, Place(_origin, _ids[5]))}");

        Assert.IsType<EventLookup.Damaged>(Find(_origin, _ids[5]));

        await ShowsAgainAsync(_origin, 5);
        await IsSoundAsync(_origin);
    }

    [Fact]
    public async Task A_text_that_is_gone_comes_back()
    {
        DamagedFile.Run(Database(_copy), $"DELETE FROM bodies WHERE entry_number = {Number(_copy, Place(_copy, _ids[200]))}");

        Assert.IsType<EventLookup.Damaged>(Find(_copy, _ids[200]));

        await ShowsAgainAsync(_copy, 200);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(280)]
    public async Task Entries_that_were_changed_or_lost_come_back_byte_for_byte(int from)
    {
        var before = Bytes(_copy);
        foreach (var position in (int[])[from + 1, from + 2])
            DamagedFile.Change(Database(_copy), "entries", "bytes", $"entry_number = {Number(_copy, new EntryPlace(Journal, (ulong)position))}");
        DamagedFile.Run(Database(_copy), $"DELETE FROM entries WHERE entry_number = {Number(_copy, new EntryPlace(Journal, (ulong)from + 4))}");

        var report = await VerifyAsync(_copy, isRepairing: true);

        Assert.Empty(report.Problems);
        Assert.True(report.RepairedCount > 0);
        Assert.Equal(before, Bytes(_copy));
        await IsSoundAsync(_copy);
    }

    [Fact]
    public async Task What_verify_finds_is_told_by_status_and_network_also_after_a_restart_until_it_is_mended()
    {
        await _origin.StopAsync();
        DamagedFile.Change(Database(_copy), "bodies", "record", $"entry_number = {Number(_copy, Place(_copy, _ids[17]))}");

        Assert.Single((await VerifyAsync(_copy, isRepairing: false)).Problems);

        Assert.Contains(Problems(_copy), problem => problem.Reason == NodeProblemReason.TextsDamaged);
        await Eventually.HoldsAsync(() => Assert.Equal(1, _copy.Get<JournalReader>().CountMissingBodies(_copy.Get<JournalRegister>().Find(Journal)!)));
        var folder = _copy.Folder;
        await _copy.StopAsync();
        _copy = await TestNode.StartAsync(folder, time: _time);
        Assert.Contains((await _copy.Get<NodeReport>().MakeAsync(CancellationToken.None)).Problems, problem => problem.StartsWith("1 texts", StringComparison.Ordinal));
        Assert.IsType<EventLookup.Damaged>(Find(_copy, _ids[17]));

        _origin = await TestNode.StartAsync(_folder.File("origin"), time: _time);
        await MeetAgainAsync();
        await Watching.UntilAsync("the text back", async () =>
        {
            await _copy.Get<JournalRepair>().RunNowAsync(CancellationToken.None);
            return Find(_copy, _ids[17]) is EventLookup.Found;
        });
        Assert.Empty(Problems(_copy));
    }

    [Fact]
    public async Task A_malformed_page_of_records_is_found_by_whoever_reads_it_and_the_table_is_made_again()
    {
        var folder = _copy.Folder;
        await _copy.StopAsync();
        DamagedFile.SpoilPage(Path.Combine(folder, "node.db"), "records");
        _copy = await TestNode.StartAsync(folder, time: _time);

        await Watching.UntilAsync("every event", () =>
        {
            try
            {
                return _ids.All(id => Find(_copy, id) is EventLookup.Found);
            }
            catch (Microsoft.Data.Sqlite.SqliteException)
            {
                return false;
            }
        });

        await Eventually.HoldsAsync(() => Assert.Empty(Problems(_copy)));
        await IsSoundAsync(_copy);
    }

    [Fact]
    public async Task The_background_check_finds_what_nobody_reads_and_it_comes_back()
    {
        DamagedFile.Change(Database(_copy), "bodies", "record", $"entry_number = {Number(_copy, Place(_copy, _ids[99]))}");

        await _copy.Get<Scrub>().RunAsync(CancellationToken.None);

        await Eventually.HoldsAsync(() => Assert.Empty(_copy.Get<DamageRegister>().List()));
        Assert.Equal(_time.GetUtcNow(), _copy.Get<DamageRegister>().Mark.CompleteAt);
        await IsSoundAsync(_copy);
    }

    [Fact]
    public async Task A_search_index_with_a_malformed_page_is_made_again_while_the_node_runs()
    {
        var folder = _copy.Folder;
        await Eventually.HoldsAsync(() => Assert.Equal(0, _copy.Get<EventSearch>().LagEntries));
        await _copy.StopAsync();
        DamagedFile.SpoilPage(Path.Combine(folder, "views.db"), "contents");
        _copy = await TestNode.StartAsync(folder, time: _time);

        await VerifyAsync(_copy, isRepairing: true);

        await Watching.UntilAsync("all events found", async () =>
        {
            // Whoever met the damage while he wrote tries again in a moment.
            _time.Advance(TimeSpan.FromSeconds(1));
            return await _copy.Get<EventSearch>().CountAsync() == Events;
        });
        Assert.Empty(Problems(_copy));
    }

    private async Task ShowsAgainAsync(TestNode node, int number)
    {
        await Watching.UntilAsync("the text back", () => Find(node, _ids[number]) is EventLookup.Found);
        Assert.Equal($"Apéro {number}", Assert.IsType<EventLookup.Found>(Find(node, _ids[number])).Event.Record.Title.Translations[0].Text);
        await Eventually.HoldsAsync(() => Assert.Empty(Problems(node)));
    }

    private static async Task IsSoundAsync(TestNode node)
    {
        Assert.Empty((await VerifyAsync(node, isRepairing: false)).Problems);
        Assert.Equal(0, node.Files.Database.Read(session => session.Scalar<long>("SELECT count(*) FROM records WHERE is_missing = 1")));
    }

    private static async Task<VerifyReport> VerifyAsync(TestNode node, bool isRepairing)
    {
        VerifyReport? report = null;
        await node.Get<JournalVerification>().RunAsync(
            origin: null,
            isRepairing,
            progress =>
            {
                report = progress.Report ?? report;
                return Task.CompletedTask;
            },
            CancellationToken.None);
        return report!;
    }

    private async Task MeetAgainAsync()
    {
        using var channel = _origin.Connect().Channel;
        var address = $"http://{channel.Target}";
        await _copy.Files.Database.WriteAsync(session => PeerTable.Save(session, PeerTable.Find(session, Journal.Origin)! with { Address = address }));
        await _copy.Grains.GetGrain<IPeerGrain>(Journal.Origin.ToString()).CallNow();
        await _copy.SeesAsync(Journal.Origin, "the origin up to date", status => status is { Activity: PeerActivity.UpToDate, IsEqual: true });
    }

    private EventLookup Find(TestNode node, Guid id) => node.Get<EventDirectory>().Find(Journal.Origin, id);

    private EntryPlace Place(TestNode node, Guid id) => node.Get<JournalReader>().FindRecord(Journal.Origin, RecordKind.Event, RecordId.From(id))!.Place;

    private static long Number(TestNode node, EntryPlace place) => JournalNumbers.Entry(node.Get<JournalRegister>().Find(place.Journal)!.Number, place.Position);

    private List<byte[]> Bytes(TestNode node)
    {
        var number = node.Get<JournalRegister>().Find(Journal)!.Number;
        return node.Files.Database.Read(session => session.List(
            "SELECT bytes FROM entries WHERE entry_number >> 40 = ?1 ORDER BY entry_number", row => row.GetFieldValue<byte[]>(0), number));
    }

    private static string Database(TestNode node) => Path.Combine(node.Folder, "node.db");

    private static IReadOnlyList<NodeProblem> Problems(TestNode node) =>
        [.. node.Get<NodeProblems>().List().Where(problem => problem.Reason is NodeProblemReason.TextsDamaged or NodeProblemReason.DatabaseDamaged)];
}
