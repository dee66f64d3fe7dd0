using System.Security.Cryptography;
using Google.Protobuf;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Journal;

/// <summary>What a node knows alone of a copy, once its origin has said which version of an epoch counts.</summary>
public sealed class GivenUpTests
{
    [Fact]
    public async Task A_copy_whose_root_is_not_the_one_its_origin_confirmed_is_known_to_be_given_up()
    {
        await using var store = new SqliteJournalStore();
        using var key = NodeKey.FromSeed(RandomNumberGenerator.GetBytes(32));
        var (held, counts) = (Write(key, 0, Events(5)), Write(key, 0, Events(3)));
        await store.StoreAsync(held);
        Assert.Empty(store.FindGivenUp());

        var stored = Assert.IsType<StoreResult.Stored>(await store.StoreAsync(Write(key, 1, [Opening(counts)])));

        Assert.True(stored.HasGivenUp);
        Assert.Equal([held.Journal], store.FindGivenUp());
    }

    [Theory]
    // The same version, as far as the origin settled it; and a copy that does not reach so far, which tells nothing.
    [InlineData(5, 5)]
    [InlineData(2, 5)]
    public async Task A_copy_that_may_be_the_one_that_counts_is_not(int held, int confirmed)
    {
        await using var store = new SqliteJournalStore();
        using var key = NodeKey.FromSeed(RandomNumberGenerator.GetBytes(32));
        var events = Events(confirmed);
        await store.StoreAsync(Write(key, 0, events[..held]));

        var stored = Assert.IsType<StoreResult.Stored>(await store.StoreAsync(Write(key, 1, [Opening(Write(key, 0, events))])));

        Assert.False(stored.HasGivenUp);
        Assert.Empty(store.FindGivenUp());
    }

    private static VerifiedRange Write(NodeKey key, uint epoch, EntryDraft[] drafts)
    {
        var writer = new JournalWriter(key, new JournalId(key.Origin, epoch), new MerkleRange());
        foreach (var draft in drafts)
            writer.Append(draft, Samples.Now);
        return writer.Take();
    }

    private static EntryDraft[] Events(int count) => [.. Enumerable.Range(0, count).Select(number => new EntryDraft(
        RecordKind.Event, RecordId.FromBytes(RandomNumberGenerator.GetBytes(RecordId.Size)), Body(Samples.Event($"Event {number}").ToByteArray())))];

    private static EntryDraft Opening(VerifiedRange counts) =>
        new(RecordKind.Epoch, RecordId.Zero, Body(EpochEnds.Write(0, counts.Head, [counts.Head]).ToByteArray()));

    private static RecordBody Body(byte[] record) => new(RandomNumberGenerator.GetBytes(Limits.SaltBytes), record);
}
