using System.Buffers.Binary;
using System.Security.Cryptography;
using Google.Protobuf;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>
/// One process of a node, from its start to its end. Two that run with one key at the same time are a data folder that was copied and is run
/// twice. What a process says of itself is signed, so that whoever met both can show each that the other is there:
/// <code>
///   "ouishare-federation/v1/alive" LF
///   [origin: 32] [instance: 16] [said at, milliseconds since 1970: 8, big endian]
/// </code>
/// </summary>
/// <param name="id">16 random bytes.</param>
/// <param name="startedAt">When the process started, by its clock.</param>
public sealed class NodeInstance(ReadOnlyMemory<byte> id, DateTimeOffset startedAt)
{
    /// <summary>Bytes of the id: nobody draws the same twice.</summary>
    public const int IdBytes = 16;

    /// <summary>When the process started.</summary>
    public DateTimeOffset StartedAt { get; } = startedAt;

    /// <summary>A process that starts now.</summary>
    public static NodeInstance Start(RandomNumberGenerator random, DateTimeOffset now)
    {
        var id = new byte[IdBytes];
        random.GetBytes(id);
        return new NodeInstance(id, now);
    }

    /// <summary>Says that this process runs now.</summary>
    public Alive Say(NodeKey key, DateTimeOffset now)
    {
        var alive = new Alive { Instance = UnsafeByteOperations.UnsafeWrap(id), SaidAtUnixMs = now.ToUnixTimeMilliseconds() };
        alive.Signature = UnsafeByteOperations.UnsafeWrap(key.Sign(Transcript(key.Origin, alive)));
        return alive;
    }

    /// <summary>Whether a process with this key said it.</summary>
    public static bool IsSaidBy(Origin origin, Alive alive) =>
        alive.Instance.Length == IdBytes && origin.Verify(Transcript(origin, alive), alive.Signature.Span);

    /// <summary>What a process with this key said; null: nothing, or somebody else said it.</summary>
    public static Alive? Said(Origin origin, Alive? alive) => alive is not null && IsSaidBy(origin, alive) ? alive : null;

    /// <summary>
    /// Whether this proves that another process with our key runs while we do: it was said after our start, so it is not a word of a process
    /// before us that somebody kept.
    /// </summary>
    public bool ProvesAnother(Origin own, Alive alive) =>
        !alive.Instance.Span.SequenceEqual(id.Span) && alive.SaidAtUnixMs >= StartedAt.ToUnixTimeMilliseconds() && IsSaidBy(own, alive);

    private static byte[] Transcript(Origin origin, Alive alive)
    {
        var at = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(at, alive.SaidAtUnixMs);
        return [.. "ouishare-federation/v1/alive\n"u8, .. origin.Bytes, .. alive.Instance.Span, .. at];
    }
}
