using System.Globalization;
using System.Text;

namespace OuiShare.Federation.Protocol;

/// <summary>
/// A journal's size and Merkle root: what an origin signs. As text it is a C2SP tlog-checkpoint (c2sp.org/tlog-checkpoint@v1.0.0)
/// without extension lines:
/// <code>
///   ouishare-federation/v1/{origin: 64 hex digits}/{epoch}    origin line, also the name of the signing key
///   {size}                                                    decimal, no leading zeros
///   {root}                                                    base64 of the 32 bytes
/// </code>
/// </summary>
/// <param name="Journal">The journal.</param>
/// <param name="Size">How many entries it has; at most <see cref="Limits.JournalEntries"/>.</param>
/// <param name="Root">RFC 6962 root of the tree of that size.</param>
public sealed record Checkpoint(JournalId Journal, ulong Size, Hash Root)
{
    private const string OriginLine = "ouishare-federation/v1/";

    /// <summary>The note's text, each of its three lines with its line feed.</summary>
    public string Text => $"{KeyName}\n{Size.ToString(CultureInfo.InvariantCulture)}\n{Convert.ToBase64String(Root.Bytes)}\n";

    /// <summary>The origin line: names the journal and its signing key.</summary>
    public string KeyName => $"{OriginLine}{Journal.Origin}/{Journal.Epoch.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Signs this checkpoint.</summary>
    /// <exception cref="ArgumentException">The key is another node's.</exception>
    public SignedCheckpoint Sign(NodeKey key)
    {
        if (key.Origin != Journal.Origin)
            throw new ArgumentException("Only the origin itself signs its checkpoints.", nameof(key));
        return new SignedCheckpoint(this, SignedNote.Sign(Text, KeyName, key));
    }

    /// <summary>Reads what <see cref="Text"/> wrote; false for any other bytes, so that a checkpoint has one spelling.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> text, out Checkpoint? checkpoint)
    {
        checkpoint = null;
        var lines = Encoding.UTF8.GetString(text).Split('\n');
        if (lines is not [var origin, var size, var root, ""]
            || !TryReadJournal(origin, out var journal)
            || !TryReadNumber(size, out var entries) || entries > Limits.JournalEntries
            || !TryReadRoot(root, out var hash))
            return false;
        checkpoint = new Checkpoint(journal, entries, hash);
        return true;
    }

    private static bool TryReadJournal(string line, out JournalId journal)
    {
        journal = default;
        if (!line.StartsWith(OriginLine, StringComparison.Ordinal) || line.Split('/') is not [_, _, var key, var number])
            return false;
        var read = Origin.TryParse(key, out var origin) && TryReadNumber(number, out var epoch) && epoch <= uint.MaxValue
            ? new JournalId(origin, (uint)epoch)
            : default;
        journal = read;
        return read != default && key == origin.ToString();
    }

    private static bool TryReadNumber(string line, out ulong number) =>
        ulong.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out number) && (line[0] != '0' || line.Length == 1);

    private static bool TryReadRoot(string line, out Hash root)
    {
        Span<byte> bytes = stackalloc byte[Hash.Size];
        root = default;
        return Convert.TryFromBase64String(line, bytes, out var written)
            && Hash.TryFromBytes(bytes[..written], out root)
            && line == Convert.ToBase64String(bytes);
    }
}
