using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using OuiShare.Federation.V1;
using static OuiShare.Federation.Protocol.Tests.Vectors.VectorFile;

namespace OuiShare.Federation.Protocol.Tests.Vectors;

/// <summary>
/// The vectors' other half: what they were made from. A change of a format shows here as a changed file; since journals are kept for
/// ever, that is a change nobody may make to version 1.
/// </summary>
public sealed class VectorsAsWrittenTests
{
    private static readonly NodeKey Key = Chapters.Key(1);
    private static readonly JournalId Journal = new(Key.Origin, 0);
    private static readonly (List<VerifiedEntry> Entries, JournalHead Head) Golden = Chapters.Journal(Key, 21, seed: 1, recordBytes: 24);
    private static readonly VerifiedEntry Published = Golden.Entries.First(entry => entry.Position > 0 && entry.BodyHash is not null);

    [Fact]
    public void Identities() => IsAsWritten(
        "identities",
        "Ed25519 seed -> origin (64 hex digits) -> its short form; calendar uid -> record id of that origin.",
        new[] { (1, "drink-12@paris.example"), (2, "drink-12@paris.example"), (3, "Soirée été ☀️") }.Select(row =>
        {
            using var key = Chapters.Key(row.Item1);
            return new JsonObject
            {
                ["seed"] = Hex(key.ExportSeed()),
                ["origin"] = key.Origin.ToString(),
                ["short"] = key.Origin.Short,
                ["uid"] = row.Item2,
                ["record_id"] = RecordId.FromUid(key.Origin, row.Item2).ToString(),
            };
        }));

    [Fact]
    public void Trees() => IsAsWritten(
        "trees",
        "RFC 6962: leaves (hex) -> root, and the hashes of the compact range [0, n), left to right.",
        new[] { 0, 1, 2, 3, 7, 8, 21 }.Select(size =>
        {
            var range = new MerkleRange();
            var leaves = Enumerable.Range(0, size).Select(i => Encoding.UTF8.GetBytes($"leaf {i}")).ToArray();
            foreach (var leaf in leaves)
                range.Append(Hash.OfLeaf(leaf));
            return new JsonObject
            {
                ["leaves"] = new JsonArray([.. leaves.Select(leaf => JsonValue.Create(Hex(leaf)))]),
                ["range"] = Hex(range.ToBytes()),
                ["root"] = range.Root().ToString(),
            };
        }));

    [Fact]
    public void Checkpoints()
    {
        var golden = new Checkpoint(new JournalId(Key.Origin, 3), 20852163, Hash.OfLeaf("root"u8));
        var note = Encoding.UTF8.GetString(golden.Sign(Key).Note.Span);
        using var other = Chapters.Key(2);
        IsAsWritten("checkpoints", "Signed notes (C2SP tlog-checkpoint) as a peer sends them.",
        [
            Case("a checkpoint", note, null),
            Case("a witness signed too; its line is ignored", note + $"\u2014 witness.example {Convert.ToBase64String(new byte[68])}\n", null),
            Case("the empty journal", Signed(golden with { Size = 0, Root = Hash.Empty }), null),
            Case("signed by another key", Encoding.UTF8.GetString(SignedNote.Sign(golden.Text, golden.KeyName, other)), CheckpointRefusal.NotSigned),
            Case("signed under another name", Encoding.UTF8.GetString(SignedNote.Sign(golden.Text, "paris.example", Key)), CheckpointRefusal.NotSigned),
            Case("size changed after signing", note.Replace("20852163", "20852164", StringComparison.Ordinal), CheckpointRefusal.NotSigned),
            Case("no signature", golden.Text, CheckpointRefusal.Malformed),
            Case("leading zero in the size", Spelled(golden, "\n20852163\n", "\n020852163\n"), CheckpointRefusal.Malformed),
            Case("leading zero in the epoch", Spelled(golden, "/3\n", "/03\n"), CheckpointRefusal.Malformed),
            Case("capitals in the key", Spelled(golden, Key.Origin.ToString(), Key.Origin.ToString().ToUpperInvariant()), CheckpointRefusal.Malformed),
            Case("an extension line", Spelled(golden, "=\n", "=\nextension\n"), CheckpointRefusal.Malformed),
            Case("another version of the protocol", Spelled(golden, "federation/v1", "federation/v2"), CheckpointRefusal.Malformed),
            Case("2^48 + 1 entries", Spelled(golden, "\n20852163\n", "\n281474976710657\n"), CheckpointRefusal.Malformed),
            Case("line ends of two characters", note.Replace("\n", "\r\n", StringComparison.Ordinal), CheckpointRefusal.Malformed),
            Case("more than 1 KiB", note + string.Concat(Enumerable.Repeat($"\u2014 w {Convert.ToBase64String(new byte[68])}\n", 9)), CheckpointRefusal.TooLarge),
        ]);

        static JsonObject Case(string why, string note, CheckpointRefusal? refusal) => new()
        {
            ["valid"] = refusal is null,
            ["reason"] = why,
            ["refusal"] = refusal?.ToString(),
            ["note"] = note,
        };
        static string Signed(Checkpoint checkpoint) => Encoding.UTF8.GetString(checkpoint.Sign(Key).Note.Span);
        static string Spelled(Checkpoint checkpoint, string part, string instead)
        {
            var text = checkpoint.Text.Replace(part, instead, StringComparison.Ordinal);
            return Encoding.UTF8.GetString(SignedNote.Sign(text, text.Split('\n')[0], Key));
        }
    }

    [Fact]
    public void Entries()
    {
        var golden = Published.Bytes.ToArray();
        IsAsWritten("entries", "The bytes of entries (hex). A reader takes fields in any order, the last of a repeated one, and skips unknown ones.",
        [
            Case("an entry", golden, isValid: true),
            Case("a withdrawal", Golden.Entries.First(entry => entry.BodyHash is null).Bytes.ToArray(), isValid: true),
            Case("the first entry: position 0 is absent", Golden.Entries[0].Bytes.ToArray(), isValid: true),
            Case("a field of a later version", [.. golden, 0x7A, 3, 1, 2, 3], isValid: true),
            Case("a kind of a later version", Changed(entry => entry.Kind = (RecordKind)4711), isValid: true),
            Case("a repeated field: the last counts", [.. golden, 0x18, 0x07], isValid: true),
            Case("no bytes", [], isValid: false),
            Case("a group", [.. golden, 0x0B, 0x0C], isValid: false),
            Case("cut off", golden[..^1], isValid: false),
            Case("a varint of eleven bytes", [.. golden, .. Convert.FromHexString("78FFFFFFFFFFFFFFFFFFFF01")], isValid: false),
            Case("an origin of 31 bytes", Changed(entry => entry.Origin = ByteString.CopyFrom(new byte[31])), isValid: false),
            Case("no record id", Changed(entry => entry.RecordId = ByteString.Empty), isValid: false),
            Case("a body hash of 31 bytes", Changed(entry => entry.BodyHash = ByteString.CopyFrom(new byte[31])), isValid: false),
            Case("no kind", Changed(entry => entry.Kind = RecordKind.Unspecified), isValid: false),
            Case("position 2^48", Changed(entry => entry.Position = Limits.JournalEntries), isValid: false),
            Case("written before 1970", Changed(entry => entry.WrittenAtUnixMs = -1), isValid: false),
            Case("written in the year 10000", Changed(entry => entry.WrittenAtUnixMs = Limits.WrittenAtUnixMs + 1), isValid: false),
            Case("more than 512 bytes", [.. golden, 0x7A, 0xFF, 0x03, .. new byte[511]], isValid: false),
        ]);

        static JsonObject Case(string why, byte[] entry, bool isValid)
        {
            var vector = new JsonObject { ["valid"] = isValid, ["reason"] = why, ["entry"] = Hex(entry) };
            if (EntryHeader.TryRead(entry, out var header, out _))
            {
                vector["leaf_hash"] = Hash.OfLeaf(entry).ToString();
                vector["origin"] = header.Journal.Origin.ToString();
                vector["epoch"] = header.Journal.Epoch;
                vector["position"] = header.Position;
                vector["written_at_unix_ms"] = header.WrittenAt.ToUnixTimeMilliseconds();
                vector["kind"] = (int)header.Kind;
                vector["record_id"] = header.RecordId.ToString();
                vector["body_hash"] = header.BodyHash?.ToString() ?? "";
            }

            return vector;
        }

        static byte[] Changed(Action<Entry> change)
        {
            var entry = Entry.Parser.ParseFrom(Published.Bytes.Span);
            change(entry);
            return entry.ToByteArray();
        }
    }

    [Fact]
    public void Ranges()
    {
        using var other = Chapters.Key(2);
        var foreign = Chapters.Journal(other, 21, seed: 1, recordBytes: 24);
        var fork = Chapters.Journal(Key, 21, seed: 2, recordBytes: 24);
        IsAsWritten("ranges", "Entries messages (hex of the serialised message) that answer a Want, and the compact range [0, from) held before.",
        [
            Case("the whole journal", Chapters.Message(Golden.Entries, Golden.Head, 0, 21), 0, null),
            Case("its first entry", Chapters.Message(Golden.Entries, Golden.Head, 0, 1), 0, null),
            Case("a part in the middle", Message(), 5, null),
            Case("its end: nothing to the right", Chapters.Message(Golden.Entries, Golden.Head, 5, 16), 5, null),
            Case("a body that the sender no longer holds", Message(message => message.Entries_[0].Body = null), 5, null),
            Case("not where our copy ends", Message(), 4, RangeRefusal.WrongPosition),
            Case("another journal than was asked for", Chapters.Message(foreign.Entries, foreign.Head, 5, 3), 5, RangeRefusal.WrongJournal),
            Case("another origin's entries under this one's name", Message(message => Replace(message, foreign.Entries)), 5, RangeRefusal.MisplacedEntry),
            Case("no entries", Message(message => message.Entries_.Clear()), 5, RangeRefusal.WrongCount),
            Case("two entries exchanged", Message(message => Swap(message)), 5, RangeRefusal.MisplacedEntry),
            Case("an entry left out", Message(message => message.Entries_.RemoveAt(1)), 5, RangeRefusal.MisplacedEntry),
            Case("a byte after an entry: not what was signed", Message(message => message.Entries_[0].Entry = Longer(message)), 5, RangeRefusal.WrongRoot),
            Case("another body", Message(message => message.Entries_[0].Body.Record = ByteString.CopyFrom(1)), 5, RangeRefusal.WrongBody),
            Case("a salt of 15 bytes", Message(message => message.Entries_[0].Body.Salt = ByteString.CopyFrom(new byte[15])), 5, RangeRefusal.MalformedBody),
            Case("a hash to the right is missing", Message(message => message.RightHashes.RemoveAt(0)), 5, RangeRefusal.MalformedRight),
            Case("a hash to the right is another", Message(message => message.RightHashes[0] = ByteString.CopyFrom(new byte[32])), 5, RangeRefusal.WrongRoot),
            Case("a checkpoint that does not reach that far", Message(message => message.Checkpoint = Smaller()), 5, RangeRefusal.WrongCheckpoint),
            Case("no checkpoint", Message(message => message.Checkpoint = ByteString.Empty), 5, RangeRefusal.BadCheckpoint),
            Case("a fork: signed, but not after what we hold", Chapters.Message(fork.Entries, fork.Head, 5, 3), 5, RangeRefusal.WrongRoot),
        ]);

        static JsonObject Case(string why, Entries message, int held, RangeRefusal? refusal) => new()
        {
            ["valid"] = refusal is null,
            ["reason"] = why,
            ["refusal"] = refusal?.ToString(),
            ["origin"] = Journal.Origin.ToString(),
            ["epoch"] = Journal.Epoch,
            ["held_size"] = held,
            ["held_range"] = Hex(Chapters.Prefix(Golden.Entries, held).ToBytes()),
            ["message"] = Hex(message.ToByteArray()),
        };

        static Entries Message(Action<Entries>? change = null)
        {
            var message = Chapters.Message(Golden.Entries, Golden.Head, 5, 3);
            change?.Invoke(message);
            return message;
        }

        static void Replace(Entries message, List<VerifiedEntry> entries)
        {
            message.Entries_.Clear();
            message.Entries_.AddRange(entries.Skip(5).Take(3).Select(Chapters.Carry));
        }

        static void Swap(Entries message) =>
            (message.Entries_[0], message.Entries_[1]) = (message.Entries_[1].Clone(), message.Entries_[0].Clone());

        static ByteString Longer(Entries message) => ByteString.CopyFrom([.. message.Entries_[0].Entry.Span, 0x78, 0x01]);

        static ByteString Smaller() => ByteString.CopyFrom(Chapters.Journal(Key, 6, seed: 1, recordBytes: 24).Head.Checkpoint.Note.Span);
    }

    [Fact]
    public void Frontiers() => IsAsWritten(
        "frontiers",
        "Journals with sizes and roots -> frontier digest. Order does not matter; journals without entries do not count.",
        new[] { 0, 1, 2, 3 }.Select(count =>
        {
            var held = Enumerable.Range(1, count).Reverse()
                .Select(i => new Checkpoint(new JournalId(Chapters.OriginOf(i), (uint)(i % 2)), (ulong)(10 * i - 10), Hash.OfLeaf([(byte)i]))).ToArray();
            return new JsonObject
            {
                ["held"] = new JsonArray([.. held.Select(checkpoint => new JsonObject
                {
                    ["origin"] = checkpoint.Journal.Origin.ToString(),
                    ["epoch"] = checkpoint.Journal.Epoch,
                    ["size"] = checkpoint.Size,
                    ["root"] = checkpoint.Root.ToString(),
                })]),
                ["digest"] = FrontierDigest.Of(held).ToString(),
            };
        }));

    [Fact]
    public void Handshakes() => IsAsWritten(
        "handshakes",
        "Both Hellos (hex) -> transcript, signature and invitation mac of both proofs. Keys are made from the seeds.",
        new[] { false, true }.Select(isInvited =>
        {
            var secret = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray();
            var caller = Hello(1, isInvited ? [.. Enumerable.Range(100, 16).Select(i => (byte)i)] : []);
            var answerer = Hello(2, []);
            var callers = Handshake.Transcript(ConversationRole.Caller, caller, answerer);
            var answerers = Handshake.Transcript(ConversationRole.Answerer, answerer, caller);
            return new JsonObject
            {
                ["reason"] = isInvited ? "the caller redeems an invitation" : "two peers",
                ["caller_seed"] = Hex(Chapters.Key(1).ExportSeed()),
                ["answerer_seed"] = Hex(Chapters.Key(2).ExportSeed()),
                ["caller_hello"] = Hex(caller.ToByteArray()),
                ["answerer_hello"] = Hex(answerer.ToByteArray()),
                ["caller_transcript"] = Hex(callers),
                ["caller_signature"] = Hex(Chapters.Key(1).Sign(callers)),
                ["invitation_secret"] = isInvited ? Hex(secret) : "",
                ["caller_mac"] = isInvited ? Hex(System.Security.Cryptography.HMACSHA256.HashData(secret, callers)) : "",
                ["answerer_transcript"] = Hex(answerers),
                ["answerer_signature"] = Hex(Chapters.Key(2).Sign(answerers)),
            };
        }));

    [Fact]
    public void Invitations()
    {
        var code = InvitationCode.Create("https://rome.example", Key.Origin, Chapters.Noon, new SeededRandom(1));
        var text = code.ToText();
        IsAsWritten("invitations", "Invitations as people paste them.",
        [
            Case("an invitation", text, isValid: true),
            Case("broken into lines and quoted by a mail program", string.Join("\r\n> ", text.Chunk(40).Select(part => new string(part))), isValid: true),
            Case("cut off", text[..^4], isValid: false),
            Case("without its beginning", text["ouishare:".Length..], isValid: false),
            Case("an address that is not on the web", Addressed("ftp://rome.example"), isValid: false),
            Case("nothing", "", isValid: false),
        ]);

        JsonObject Case(string why, string pasted, bool isValid) => new()
        {
            ["valid"] = isValid,
            ["reason"] = why,
            ["text"] = pasted,
            ["origin"] = isValid ? code.Origin.ToString() : "",
            ["invitation_id"] = isValid ? code.Id.ToString() : "",
            ["secret"] = isValid ? Hex(code.Secret) : "",
            ["expires_at_unix_ms"] = isValid ? code.ExpiresAt.ToUnixTimeMilliseconds() : 0,
        };
        string Addressed(string address) => "ouishare:" + System.Buffers.Text.Base64Url.EncodeToString(new Invitation
        {
            Address = address,
            Origin = ByteString.CopyFrom(code.Origin.Bytes),
            InvitationId = ByteString.CopyFrom(code.Id.ToByteArray()),
            Secret = ByteString.CopyFrom(code.Secret),
            ExpiresAtUnixMs = 1,
        }.ToByteArray());
    }

    private static Hello Hello(int number, byte[] invitationId) => new()
    {
        Versions = { 1, 7 },
        Origin = ByteString.CopyFrom(Chapters.OriginOf(number).Bytes),
        Nonce = ByteString.CopyFrom([.. Enumerable.Repeat((byte)number, Limits.NonceBytes)]),
        ChapterName = $"Chapter {number}",
        InvitationId = ByteString.CopyFrom(invitationId),
    };
}
