using System.Security.Cryptography;
using System.Text;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Journal;

/// <summary>
/// What every database must do for journals, in the words of journals alone. A database passes by deriving from this class.
/// </summary>
public abstract class JournalStoreContract : IAsyncLifetime
{
    private IJournalStoreUnderTest _store = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync() => _store = await OpenAsync();

    /// <inheritdoc/>
    public async Task DisposeAsync() => await _store.DisposeAsync();

    /// <summary>A new store with a key of its own.</summary>
    internal abstract Task<IJournalStoreUnderTest> OpenAsync();

    [Fact]
    public async Task Parallel_appends_get_positions_without_gaps_and_a_checkpoint_over_all_of_them()
    {
        var places = await Task.WhenAll(Enumerable.Range(0, 64).Select(async appender =>
        {
            var mine = new List<EntryPlace>();
            for (var i = 0; i < 8; i++)
                mine.AddRange(await _store.AppendAsync(Draft($"{appender} {i}")));
            return mine;
        }));

        Assert.Equal(Enumerable.Range(0, 512).Select(position => (ulong)position), places.SelectMany(mine => mine).Select(place => place.Position).Order());
        var run = Verify(_store, _store.Own, new MerkleRange(), int.MaxValue);
        Assert.Equal(512UL, run.Checkpoint.Checkpoint.Size);
        Assert.Equal(RootOf(run.Entries), run.Checkpoint.Checkpoint.Root);
        Assert.Equal(512, run.Entries.Select(entry => entry.RecordId).Distinct().Count());
    }

    [Fact]
    public async Task Each_acknowledged_append_is_covered_by_a_signed_checkpoint_at_once()
    {
        for (var size = 1UL; size <= 20; size++)
        {
            await _store.AppendAsync(Draft("one more"));

            var head = _store.Head(_store.Own)!;
            Assert.Equal(size, head.Size);
            var verified = Assert.IsType<CheckpointVerification.Verified>(SignedCheckpoint.Verify(head.Checkpoint.Note)).Checkpoint.Checkpoint;
            Assert.Equal(head.Range.Root(), verified.Root);
            Assert.Equal(size, verified.Size);
        }
    }

    [Fact]
    public async Task A_reopened_store_goes_on_where_it_stopped()
    {
        await _store.AppendAsync(Drafts(300));
        await _store.ReopenAsync();

        var place = Assert.Single(await _store.AppendAsync(Draft("after")));

        Assert.Equal(300UL, place.Position);
        var run = Verify(_store, _store.Own, new MerkleRange(), int.MaxValue);
        Assert.Equal(RootOf(run.Entries), run.Checkpoint.Checkpoint.Root);
        Assert.Equal(301, run.Entries.Count);
    }

    // 256 leaves and more are kept subtrees, fewer are hashed again: sizes and positions on both sides of every such boundary.
    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1_023)]
    public async Task Any_run_of_a_small_journal_proves_itself(int size)
    {
        await _store.AppendAsync(Drafts(size));
        var leaves = Leaves(_store, _store.Own);

        foreach (var from in new[] { 0, 1, 2, 3, 127, 128, 254, 255, 256, 257, 511, 512, 513, 767, 768, 1_000, 1_022 }.Where(from => from < size))
        {
            foreach (var maxBytes in (int[])[1, 300, 40_000, int.MaxValue])
                Verify(_store, _store.Own, Prefix(leaves, from), maxBytes);
        }

        Assert.Null(_store.ReadRun(_store.Own, (ulong)size, maxBytes: 1_000));
    }

    [Fact]
    public async Task Any_run_of_a_large_journal_proves_itself_and_a_replica_of_it_is_equal()
    {
        const int Size = 66_000;
        // Many are appended at once, as group commit does, in groups that begin and end anywhere.
        foreach (var group in Enumerable.Range(0, Size).Select(_ => new EntryDraft(RecordKind.Event, NewId(), Body: null)).Chunk(7_001))
            await _store.AppendAsync(group);
        await using var replica = await OpenAsync();

        var leaves = await CopyAsync(_store, replica, _store.Own);

        Assert.Equal(Size, leaves.Count);
        Assert.Equal(_store.Head(_store.Own)!.Range.Root(), replica.Head(_store.Own)!.Range.Root());
        foreach (var from in (int[])[1, 255, 256, 8_191, 8_192, 32_768, 65_535, 65_536, 65_537, 65_999])
        {
            var held = Prefix(leaves, from);
            Verify(_store, _store.Own, held, maxBytes: 1);
            Verify(replica, _store.Own, held, maxBytes: 50_000);
        }
    }

    [Fact]
    public async Task A_half_copied_replica_hands_on_what_it_holds_with_its_proof()
    {
        await _store.AppendAsync(Drafts(1_000));
        await using var middle = await OpenAsync();
        await middle.StoreAsync(Verify(_store, _store.Own, new MerkleRange(), maxBytes: 60_000));
        var held = middle.Head(_store.Own)!;
        Assert.InRange(held.Size, 1UL, 999UL);
        await using var last = await OpenAsync();

        await last.StoreAsync(Verify(middle, _store.Own, new MerkleRange(), int.MaxValue));
        await last.StoreAsync(Verify(_store, _store.Own, last.Head(_store.Own)!.Range, int.MaxValue));

        Assert.Equal(1_000UL, last.Head(_store.Own)!.Size);
        Assert.Equal(_store.Head(_store.Own)!.Range.Root(), last.Head(_store.Own)!.Range.Root());
    }

    [Fact]
    public async Task A_range_that_does_not_begin_where_the_replica_ends_is_stale_and_changes_nothing()
    {
        await _store.AppendAsync(Drafts(50));
        await using var replica = await OpenAsync();
        var tail = Verify(_store, _store.Own, Prefix(Leaves(_store, _store.Own), 20), int.MaxValue);

        Assert.IsType<StoreResult.Stale>(await replica.StoreAsync(tail));

        Assert.Null(replica.ReadRun(_store.Own, 0, 1_000));
    }

    [Fact]
    public async Task One_range_from_two_peers_is_stored_once()
    {
        await _store.AppendAsync(Drafts(50));
        await using var replica = await OpenAsync();
        var range = Verify(_store, _store.Own, new MerkleRange(), int.MaxValue);

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => replica.StoreAsync(range)));

        Assert.Single(results.OfType<StoreResult.Stored>());
        Assert.Equal(7, results.OfType<StoreResult.Stale>().Count());
        Assert.Equal(50, Verify(replica, _store.Own, new MerkleRange(), int.MaxValue).Entries.Count);
    }

    [Fact]
    public async Task A_new_version_erases_the_body_of_the_old_one_everywhere()
    {
        var id = NewId();
        await _store.AppendAsync(Draft("first version", id));
        await using var replica = await OpenAsync();
        await CopyAsync(_store, replica, _store.Own);
        await _store.AppendAsync(Draft("second version", id));
        await CopyAsync(_store, replica, _store.Own);

        foreach (var store in (IJournalStoreUnderTest[])[_store, replica])
        {
            var entries = Verify(store, _store.Own, new MerkleRange(), int.MaxValue).Entries;
            Assert.Null(entries[0].Body);
            Assert.NotNull(entries[0].BodyHash);
            Assert.Equal("second version", Encoding.UTF8.GetString(entries[1].Body!.Record.Span));
            Assert.Equal(1UL, store.FindRecord(_store.Own.Origin, id)!.Place.Position);
        }
    }

    [Fact]
    public async Task A_record_that_came_without_its_body_is_missing_until_a_newer_version_brings_one()
    {
        var id = NewId();
        await _store.AppendAsync([Draft("first version", id), .. Drafts(3)]);
        await _store.AppendAsync(Draft("second version", id));
        await using var replica = await OpenAsync();

        await replica.StoreAsync(Verify(_store, _store.Own, new MerkleRange(), maxBytes: 1));
        Assert.Equal(1, replica.CountMissingBodies(_store.Own));
        await CopyAsync(_store, replica, _store.Own);

        Assert.Equal(0, replica.CountMissingBodies(_store.Own));
        Assert.Equal(0, _store.CountMissingBodies(_store.Own));
    }

    [Fact]
    public async Task A_withdrawn_body_is_off_the_disk_everywhere()
    {
        const string Canary = "canary-5dfe1b70-of-a-body-that-was-taken-back";
        var id = NewId();
        await _store.AppendAsync(Drafts(30));
        await _store.AppendAsync(Draft(Canary, id));
        await using var replica = await OpenAsync();
        await CopyAsync(_store, replica, _store.Own);
        Assert.True(await _store.HoldsAsync(Canary));
        Assert.True(await replica.HoldsAsync(Canary));

        await _store.AppendAsync(new EntryDraft(RecordKind.Event, id, Body: null));
        await CopyAsync(_store, replica, _store.Own);

        foreach (var store in (IJournalStoreUnderTest[])[_store, replica])
        {
            Assert.True(store.FindRecord(_store.Own.Origin, id) is { IsWithdrawn: true, Body: null });
            Assert.False(await store.HoldsAsync(Canary));
        }
    }

    [Fact]
    public async Task A_withdrawal_wins_for_ever()
    {
        var id = NewId();
        await _store.AppendAsync(Draft("before", id));
        await _store.AppendAsync(new EntryDraft(RecordKind.Event, id, Body: null));
        await _store.AppendAsync(Draft("afterwards", id));
        await _store.StartEpochAsync();
        await _store.AppendAsync(Draft("in another epoch", id));

        Assert.True(_store.FindRecord(_store.Own.Origin, id) is { IsWithdrawn: true, Body: null });
        Assert.All(Verify(_store, _store.Own with { Epoch = 0 }, new MerkleRange(), int.MaxValue).Entries, entry => Assert.Null(entry.Body));
        Assert.False(await _store.HoldsAsync("afterwards"));
        Assert.False(await _store.HoldsAsync("in another epoch"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_record_of_the_newest_epoch_wins_in_whichever_order_they_arrive(bool newestFirst)
    {
        var (changed, withdrawn) = (NewId(), NewId());
        await _store.AppendAsync(Draft("zero", changed), Draft("zero", withdrawn));
        await _store.StartEpochAsync();
        await _store.AppendAsync(Draft("one", changed), new EntryDraft(RecordKind.Event, withdrawn, Body: null));
        var journals = new[] { _store.Own with { Epoch = 0 }, _store.Own };
        if (newestFirst)
            Array.Reverse(journals);
        await using var replica = await OpenAsync();

        foreach (var journal in journals)
            await CopyAsync(_store, replica, journal);

        foreach (var store in (IJournalStoreUnderTest[])[_store, replica])
        {
            Assert.Equal("one", Encoding.UTF8.GetString(store.FindRecord(_store.Own.Origin, changed)!.Body!));
            Assert.True(store.FindRecord(_store.Own.Origin, withdrawn)!.IsWithdrawn);
        }
    }

    [Fact]
    public async Task A_new_epoch_begins_by_naming_the_one_it_continues()
    {
        await _store.AppendAsync(Drafts(3));
        await _store.ReopenAsync();
        await _store.StartEpochAsync();
        await _store.ReopenAsync();

        var place = Assert.Single(await _store.AppendAsync(Draft("goes on")));

        Assert.Equal(1U, place.Journal.Epoch);
        Assert.Equal(1UL, place.Position);
        var first = Verify(_store, _store.Own, new MerkleRange(), int.MaxValue).Entries[0];
        var record = EpochRecord.Parser.ParseFrom(first.Body!.Record.Span);
        Assert.Equal((0U, 3UL), (record.PreviousEpoch, record.ContinuesFrom));
    }

    [Fact]
    public async Task What_was_written_since_the_start_is_written_again_in_a_new_epoch()
    {
        var (old, changed, withdrawn) = (NewId(), NewId(), NewId());
        await _store.AppendAsync(Draft("old", old), Draft("first", withdrawn));
        await _store.ReopenAsync();
        await _store.AppendAsync(Draft("before", changed), Draft("changed", changed), new EntryDraft(RecordKind.Event, withdrawn, Body: null));

        await _store.StartEpochAsync();

        var entries = Verify(_store, _store.Own, new MerkleRange(), int.MaxValue).Entries;
        Assert.Equal([RecordId.Zero, changed, withdrawn], entries.Select(entry => entry.RecordId));
        Assert.Equal("changed", Encoding.UTF8.GetString(entries[1].Body!.Record.Span));
        Assert.Null(entries[2].BodyHash);
        Assert.Equal("old", Encoding.UTF8.GetString(_store.FindRecord(_store.Own.Origin, old)!.Body!));
    }

    /// <summary>
    /// A new epoch may begin in the same group commit as entries of the old one. Their writers are told that they are on disk, so they must be.
    /// </summary>
    [Fact]
    public async Task Nothing_acknowledged_is_lost_when_an_epoch_begins_among_appends()
    {
        var appending = Enumerable.Range(0, 200).Select(number => _store.AppendAsync(Draft($"record {number}"))).ToList();
        var starting = _store.StartEpochAsync();
        appending.AddRange(Enumerable.Range(200, 200).Select(number => _store.AppendAsync(Draft($"record {number}"))));
        var places = (await Task.WhenAll(appending)).Select(Assert.Single).ToList();
        await starting;

        Assert.Equal(400, places.Distinct().Count());
        foreach (var journal in places.GroupBy(place => place.Journal))
        {
            var entries = Verify(_store, journal.Key, new MerkleRange(), int.MaxValue).Entries;
            Assert.All(journal, place => Assert.Equal(RecordKind.Event, entries[(int)place.Position].Kind));
        }
    }

    [Fact]
    public async Task More_epochs_than_any_origin_needs_are_not_followed()
    {
        using var key = NodeKey.FromSeed(RandomNumberGenerator.GetBytes(NodeKey.SeedSize));
        for (var epoch = 1U; epoch <= JournalLimits.EpochsOfOrigin + 1; epoch++)
        {
            var writer = new JournalWriter(key, new JournalId(key.Origin, epoch), new MerkleRange());
            writer.Append(new EntryDraft(RecordKind.Epoch, RecordId.Zero, new RecordBody(new byte[16], new byte[] { 8, 1 })), Samples.Now);

            var result = await _store.StoreAsync(writer.Take());

            Assert.Equal(epoch > JournalLimits.EpochsOfOrigin, result is StoreResult.NotAdmitted);
        }
    }

    [Fact]
    public async Task Work_that_fails_takes_no_position()
    {
        var tooLarge = new EntryDraft(RecordKind.Event, NewId(), new RecordBody(new byte[16], new byte[Limits.RecordBytes + 1]));

        Assert.NotNull(await Record.ExceptionAsync(() => _store.AppendAsync(Draft("goes with it"), tooLarge)));
        var place = Assert.Single(await _store.AppendAsync(Draft("next")));

        Assert.Equal(0UL, place.Position);
        Assert.Single(Verify(_store, _store.Own, new MerkleRange(), int.MaxValue).Entries);
    }

    private static RecordId NewId() => RecordId.FromBytes(RandomNumberGenerator.GetBytes(16));

    private static EntryDraft Draft(string text, RecordId? id = null) =>
        new(RecordKind.Event, id ?? NewId(), new RecordBody(RandomNumberGenerator.GetBytes(16), Encoding.UTF8.GetBytes(text)));

    private static List<EntryDraft> Drafts(int count) => [.. Enumerable.Range(0, count).Select(number => Draft($"record {number} {new string('.', 60)}"))];

    private static Hash RootOf(IEnumerable<VerifiedEntry> entries)
    {
        var range = new MerkleRange();
        foreach (var entry in entries)
            range.Append(Hash.OfLeaf(entry.Bytes.Span));
        return range.Root();
    }

    /// <summary>Reads a run as a peer would get it and checks it as the peer would.</summary>
    private static VerifiedRange Verify(IJournalStoreUnderTest store, JournalId journal, MerkleRange held, int maxBytes)
    {
        var run = store.ReadRun(journal, held.End, maxBytes);
        Assert.NotNull(run);
        var answer = RangeVerifier.Verify(journal, Entries.Parser.ParseFrom(Google.Protobuf.MessageExtensions.ToByteArray(run)), held);
        return answer is RangeVerification.Verified verified
            ? verified.Range
            : throw new Xunit.Sdk.XunitException($"From {held.End}, {maxBytes} bytes: {((RangeVerification.Refused)answer).Sentence}");
    }

    private static async Task<List<Hash>> CopyAsync(IJournalStoreUnderTest from, IJournalStoreUnderTest to, JournalId journal)
    {
        var leaves = new List<Hash>();
        while (to.Head(journal) is not { } head || head.Size < from.Head(journal)!.Size)
        {
            var range = Verify(from, journal, to.Head(journal)?.Range ?? new MerkleRange(), maxBytes: 1 << 20);
            Assert.IsType<StoreResult.Stored>(await to.StoreAsync(range));
            leaves.AddRange(range.Entries.Select(entry => entry.LeafHash));
        }

        return leaves;
    }

    private static List<Hash> Leaves(IJournalStoreUnderTest store, JournalId journal) =>
        [.. Verify(store, journal, new MerkleRange(), int.MaxValue).Entries.Select(entry => entry.LeafHash)];

    private static MerkleRange Prefix(List<Hash> leaves, int size)
    {
        var range = new MerkleRange();
        foreach (var leaf in leaves.Take(size))
            range.Append(leaf);
        return range;
    }
}
