using Google.Protobuf;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol.Tests.Journal;

public sealed class EntryHeaderTests
{
    [Fact]
    public void Entries_are_written_as_any_Protocol_Buffers_library_reads_them()
    {
        var random = new Random(7);
        using var key = Chapters.Key(1);
        foreach (var epoch in new uint[] { 0, 1, uint.MaxValue })
        {
            var header = new EntryHeader(
                new JournalId(key.Origin, epoch), (ulong)random.NextInt64(1 << 40), Chapters.Noon, (RecordKind)random.Next(1, 9),
                RecordId.From(Guid.CreateVersion7(Chapters.Noon)), epoch == 1 ? null : Hash.Empty);

            var parsed = Entry.Parser.ParseFrom(header.ToBytes());

            Assert.Equal(parsed.ToByteArray(), header.ToBytes());
            Assert.Equal(header.Position, parsed.Position);
            Assert.Equal(header.BodyHash is null ? 0 : Hash.Size, parsed.BodyHash.Length);
        }
    }

    [Fact]
    public void What_was_written_is_read_back()
    {
        var header = Golden();

        Assert.True(EntryHeader.TryRead(header.ToBytes(), out var read, out _));
        Assert.Equal(header, read);
    }

    [Fact]
    public void Fields_of_a_later_version_and_another_order_of_fields_are_read()
    {
        var golden = Entry.Parser.ParseFrom(Golden().ToBytes());
        byte[] later =
        [
            .. new Entry { Position = golden.Position, Epoch = golden.Epoch }.ToByteArray(),
            0x7D, 1, 2, 3, 4, // field 15, fixed32
            0x79, 1, 2, 3, 4, 5, 6, 7, 8, // field 15, fixed64
            0x7A, 3, 1, 2, 3, // field 15, bytes
            0x78, 0xFF, 0x01, // field 15, varint
            .. new Entry { Origin = golden.Origin, RecordId = golden.RecordId, Kind = (RecordKind)77 }.ToByteArray(),
        ];

        Assert.True(EntryHeader.TryRead(later, out var read, out _));
        Assert.Equal(((RecordKind)77, golden.Position), (read.Kind, read.Position));
    }

    [Theory]
    [InlineData("0B0C", "a group")]
    [InlineData("78FFFFFFFFFFFFFFFFFFFF01", "a varint of eleven bytes")]
    [InlineData("7A7F01", "a length beyond the end")]
    [InlineData("7D0102", "a fixed32 cut off")]
    [InlineData("02", "field number 0")]
    [InlineData("0F", "wire type 7")]
    public void Bytes_that_are_no_message_are_refused(string tail, string why)
    {
        byte[] bytes = [.. Golden().ToBytes(), .. Convert.FromHexString(tail)];

        Assert.False(EntryHeader.TryRead(bytes, out _, out _), why);
    }

    [Fact]
    public void Fields_beyond_the_limits_are_refused()
    {
        Action<Entry>[] breaks =
        [
            entry => entry.Origin = ByteString.CopyFrom(new byte[31]),
            entry => entry.RecordId = ByteString.CopyFrom(new byte[15]),
            entry => entry.BodyHash = ByteString.CopyFrom(new byte[33]),
            entry => entry.Kind = RecordKind.Unspecified,
            entry => entry.WrittenAtUnixMs = -1,
            entry => entry.WrittenAtUnixMs = Limits.WrittenAtUnixMs + 1,
            entry => entry.Position = Limits.JournalEntries,
            entry => entry.BodyHash = ByteString.CopyFrom(new byte[600]),
        ];

        foreach (var change in breaks)
        {
            var entry = Entry.Parser.ParseFrom(Golden().ToBytes());
            change(entry);

            Assert.False(EntryHeader.TryRead(entry.ToByteArray(), out _, out var problem));
            Assert.NotEmpty(problem);
        }
    }

    [Fact]
    public void Random_bytes_never_do_worse_than_to_be_refused()
    {
        const int seed = 11;
        var random = new Random(seed);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = Golden().ToBytes();
            for (var i = random.Next(6); i >= 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);

            var isRead = EntryHeader.TryRead(bytes, out _, out var problem);

            Assert.True(isRead == (problem is null), $"seed {seed}, round {round}");
        }
    }

    private static EntryHeader Golden() => new(
        new JournalId(Chapters.OriginOf(1), 2), 123_456, Chapters.Noon, RecordKind.Event, RecordId.FromBytes([.. Enumerable.Range(1, 16).Select(i => (byte)i)]),
        Hash.OfLeaf("body"u8));

    /// <summary>
    /// Followers read entries with generated code. An entry that our reader takes and generated code refuses, or reads otherwise, would be
    /// stored, carried everywhere, and stop every follower for ever.
    /// </summary>
    [Fact]
    public void What_is_taken_as_an_entry_generated_code_reads_the_same()
    {
        const int seed = 5;
        var random = new Random(seed);
        var (golden, _) = Chapters.Journal(Chapters.Key(1), 20, seed);
        var taken = 0;
        for (var round = 0; round < 100_000; round++)
        {
            List<byte> bytes = [.. golden[random.Next(golden.Count)].Bytes.Span];
            for (var changes = random.Next(4); changes > 0; changes--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(4))
                {
                    case 0: bytes[at] = (byte)random.Next(256); break;
                    case 1: bytes.Insert(at, (byte)random.Next(256)); break;
                    case 2: bytes.RemoveAt(at); break;
                    // A field with a number, a wire type and a value of their own, at the end.
                    default:
                        bytes.Add((byte)((random.Next(1, 16) << 3) | random.Next(6)));
                        bytes.AddRange(Enumerable.Range(0, random.Next(12)).Select(_ => (byte)random.Next(256)));
                        break;
                }
            }

            if (!EntryHeader.TryRead(bytes.ToArray(), out var header, out _))
                continue;
            taken++;
            var entry = V1.Entry.Parser.ParseFrom(bytes.ToArray());
            Assert.True(
                header.Position == entry.Position && header.Journal.Epoch == entry.Epoch && header.Kind == entry.Kind
                && header.WrittenAt.ToUnixTimeMilliseconds() == entry.WrittenAtUnixMs && header.RecordId.ToByteArray().SequenceEqual(entry.RecordId)
                && (header.BodyHash?.ToByteArray() ?? []).SequenceEqual(entry.BodyHash),
                $"seed {seed}, round {round}: {Convert.ToHexString(bytes.ToArray())}");
        }

        Assert.InRange(taken, 1_000, 100_000);
    }
}
