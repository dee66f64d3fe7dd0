using Google.Protobuf;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol.Tests;

/// <summary>Keys, drafts and messages that tests share.</summary>
internal static class Chapters
{
    public static readonly DateTimeOffset Noon = new(2026, 12, 3, 12, 0, 0, TimeSpan.Zero);

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<int, Origin> Origins = [];

    /// <summary>A chapter's public key. Kept, since a private key holds guarded memory until it is disposed, and loops ask for this.</summary>
    public static Origin OriginOf(int number) => Origins.GetOrAdd(number, _ =>
    {
        using var key = Key(number);
        return key.Origin;
    });

    public static NodeKey Key(int number)
    {
        var seed = new byte[NodeKey.SeedSize];
        BitConverter.TryWriteBytes(seed, number);
        seed[^1] = 1;
        return NodeKey.FromSeed(seed);
    }

    public static JournalWriter Writer(NodeKey key, uint epoch = 0) => new(key, new JournalId(key.Origin, epoch), new MerkleRange());

    public static EntryDraft Draft(Random random, int recordBytes = 700)
    {
        var record = new byte[recordBytes];
        random.NextBytes(record);
        var id = new byte[RecordId.Size];
        random.NextBytes(id);
        var body = random.Next(10) == 0 ? null : RecordBody.Create(record, new SeededRandom(random.Next()));
        return new EntryDraft(RecordKind.Event, RecordId.FromBytes(id), body);
    }

    /// <summary>The message that carries some of the entries, proved against the head.</summary>
    public static Entries Message(IReadOnlyList<VerifiedEntry> journal, JournalHead head, int from, int count) =>
        head.Compose((ulong)from, journal.Skip(from).Take(count).Select(Carry), last: true, place => SubtreeHash(journal, place));

    public static Hash SubtreeHash(IReadOnlyList<VerifiedEntry> journal, SubtreePlace place)
    {
        var range = new MerkleRange(place.Begin);
        for (var i = place.Begin; i < place.End; i++)
            range.Append(journal[(int)i].LeafHash);
        return range.Hashes[0];
    }

    public static CarriedEntry Carry(VerifiedEntry entry) => new()
    {
        Entry = ByteString.CopyFrom(entry.Bytes.Span),
        Body = entry.Body is { } body
            ? new Body { Salt = ByteString.CopyFrom(body.Salt.Span), Record = ByteString.CopyFrom(body.Record.Span) }
            : null,
    };

    /// <summary>A journal of some entries with its head.</summary>
    public static (List<VerifiedEntry> Entries, JournalHead Head) Journal(NodeKey key, int size, int seed, int recordBytes = 100)
    {
        var random = new Random(seed);
        var writer = Writer(key);
        var entries = new List<VerifiedEntry>();
        for (var i = 0; i < size; i++)
            entries.Add(writer.Append(Draft(random, recordBytes), Noon.AddSeconds(i)));
        return (entries, new JournalHead(writer.Sign(), writer.Tail));
    }

    public static MerkleRange Prefix(IReadOnlyList<VerifiedEntry> journal, int size)
    {
        var range = new MerkleRange();
        for (var i = 0; i < size; i++)
            range.Append(journal[i].LeafHash);
        return range;
    }
}
