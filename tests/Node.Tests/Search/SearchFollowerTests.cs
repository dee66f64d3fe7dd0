using System.Security.Cryptography;
using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Search;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Search;

public sealed class SearchFollowerTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();
    private TestNode _node = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync() => _node = await TestNode.StartAsync(_folder.Path);

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await _node.StopAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_published_event_is_found_without_its_accents_once_its_position_was_waited_for()
    {
        var (id, done) = await _node.PublishAsync(Samples.Event("Fête de la coopération à Orléans"));

        Assert.True(await WaitForAsync(done));

        Assert.Equal(id, Assert.Single(await FindAsync("fete cooperation orlea")).Id);
        Assert.Equal(0, _node.Get<EventSearch>().LagEntries);
    }

    [Theory]
    [InlineData("prague")]
    [InlineData("praha")]
    [InlineData("prag")]
    [InlineData("conference czechia")]
    public async Task An_event_is_found_by_each_name_of_its_city(string words)
    {
        var record = Samples.Event("Conference");
        record.Place = new Place { City = "Praha", Country = "CZ" };
        var (id, done) = await _node.PublishAsync(record);

        await WaitForAsync(done);

        Assert.Equal(id, Assert.Single(await FindAsync(words)).Id);
    }

    [Fact]
    public async Task An_event_is_found_by_the_city_and_state_that_its_calendar_writes()
    {
        var calendar = await File.ReadAllBytesAsync(Path.Combine(Repository.Root(), "tests", "Node.Tests", "Calendars", "fixtures", "faults", "X05-city-word.ics"));
        var american = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:Meeting\nDTSTART:20270115T190000Z\nLOCATION:Portland\\, ME\\, U.S.A.\nEND:VEVENT\nEND:VCALENDAR"u8.ToArray();
        foreach (var file in new[] { calendar, american })
            await _node.Get<CalendarImport>().RunAsync(new CalendarFile(file), new ImportWishes(), Actor.Operator, (_, _) => Task.CompletedTask, CancellationToken.None);
        await WaitForAllAsync();

        Assert.Single(await FindAsync("prague"));
        Assert.Single(await FindAsync("portland maine"));
        Assert.Single(await FindAsync("meeting portland me"));
    }

    [Fact]
    public async Task A_withdrawn_event_is_not_found()
    {
        var (id, _) = await _node.PublishAsync(Samples.Event("Disparition"));
        var done = Assert.IsType<EventResult.Done>(await _node.Event(id).Withdraw(Samples.Connector));

        await WaitForAsync(done);

        Assert.Empty(await FindAsync("disparition"));
    }

    [Fact]
    public async Task Nobody_waits_for_an_entry_that_never_comes_longer_than_asked()
    {
        var waiting = _node.Get<SearchFollower>().WaitForAsync(new EntryPlace(_node.Files.Own.Journal, 1_000_000), TimeSpan.FromSeconds(5), CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        _node.Time.Advance(TimeSpan.FromSeconds(6));

        Assert.False(await waiting);
    }

    [Fact]
    public async Task A_deleted_index_is_made_again()
    {
        await _node.PublishAsync(Samples.Event("Durable"));
        await _node.StopAsync();
        foreach (var file in Directory.EnumerateFiles(_folder.Path, "views.db*"))
            File.Delete(file);

        _node = await TestNode.StartAsync(_folder.Path);
        await WaitForAllAsync();

        Assert.Single(await FindAsync("durable"));
    }

    [Fact]
    public async Task A_renamed_chapter_s_events_carry_the_new_name()
    {
        await _node.PublishAsync(Samples.Event("Nommé"));
        await WaitForAllAsync();
        Assert.Equal("OuiShare Paris", Assert.Single(await FindAsync("nomme")).ChapterName);

        await RenameAsync("OuiShare Pantin");
        await WaitForAllAsync();

        Assert.Single(await FindAsync("pantin nomme"));
    }

    [Fact]
    public async Task A_chapter_renamed_after_a_restart_is_renamed_in_search_too()
    {
        await _node.PublishAsync(Samples.Event("Nommé"));
        await WaitForAllAsync();
        await _node.StopAsync();
        _node = await TestNode.StartAsync(_folder.Path);

        await RenameAsync("OuiShare Pantin");
        await WaitForAllAsync();

        Assert.Single(await FindAsync("pantin nomme"));
    }

    /// <summary>A chapter may sign what is no record, or a record that would harm readers. Nobody sees it, and search reads on.</summary>
    [Fact]
    public async Task Signed_nonsense_of_another_chapter_stops_nothing_and_is_shown_to_nobody()
    {
        using var key = NodeKey.FromSeed(RandomNumberGenerator.GetBytes(32));
        var writer = new JournalWriter(key, new JournalId(key.Origin, Epoch: 0), new MerkleRange());
        var (harmful, changed) = (Samples.Event("Piège"), RecordId.From(Guid.CreateVersion7(Samples.Now)));
        harmful.Link = "javascript:alert(1)";
        byte[] nonsense = [0xff, 0xff, 0xff];
        Append(writer, RecordKind.Chapter, RecordId.Zero, nonsense);
        Append(writer, RecordKind.Member, RecordId.From(Guid.CreateVersion7(Samples.Now)), nonsense);
        Append(writer, RecordKind.Event, RecordId.From(Guid.CreateVersion7(Samples.Now)), nonsense);
        var trap = RecordId.From(Guid.CreateVersion7(Samples.Now));
        Append(writer, RecordKind.Event, trap, Google.Protobuf.MessageExtensions.ToByteArray(harmful));
        Append(writer, RecordKind.Event, changed, Google.Protobuf.MessageExtensions.ToByteArray(Samples.Event("Bientôt gâté")));
        await StoreAsync(writer);
        await WaitForAllAsync();
        Assert.Single(await FindAsync("bientot"));

        Append(writer, RecordKind.Event, changed, nonsense);
        Append(writer, RecordKind.Event, RecordId.From(Guid.CreateVersion7(Samples.Now)), Google.Protobuf.MessageExtensions.ToByteArray(Samples.Event("Intact")));
        await StoreAsync(writer);
        await WaitForAllAsync();

        Assert.Single(await FindAsync("intact"));
        Assert.Empty(await FindAsync("bientot"));
        Assert.Empty(await FindAsync("piege"));
        Assert.IsType<EventLookup.Unknown>(_node.Get<EventDirectory>().Find(key.Origin, trap.ToGuid()));
        var chapter = Assert.Single(_node.Get<ChapterDirectory>().List(), chapter => chapter.Origin == key.Origin);
        Assert.Null(chapter.Record);
        Assert.Empty(_node.Get<ChapterDirectory>().ListShownMembers(key.Origin));
    }

    private static void Append(JournalWriter writer, RecordKind kind, RecordId id, byte[] record) =>
        writer.Append(new EntryDraft(kind, id, new RecordBody(RandomNumberGenerator.GetBytes(16), record)), Samples.Now);

    private async Task StoreAsync(JournalWriter writer) =>
        Assert.IsType<StoreResult.Stored>(await _node.Get<ReplicaJournals>().StoreAsync(writer.Take(), carriedBy: null, CancellationToken.None));

    private async Task RenameAsync(string name) =>
        Assert.IsType<ChapterResult.Done>(await _node.Grains.GetGrain<IChapterGrain>(0).Update(Samples.Chapter(name), Actor.Operator));

    private Task<bool> WaitForAsync(EventResult.Done done) =>
        _node.Get<SearchFollower>().WaitForAsync(new EntryPlace(_node.Files.Own.Journal, done.Position!.Value), Patience, CancellationToken.None);

    /// <summary>Waits until search has read every journal to its end, also one that it reads a second time.</summary>
    private async Task WaitForAllAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (_node.Get<SearchFollower>().LagEntries > 0)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private async Task<IReadOnlyList<EventHit>> FindAsync(string text) => (await _node.Get<EventSearch>().FindAsync(new EventQuery { Text = text })).Hits;
}
