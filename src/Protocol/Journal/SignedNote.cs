using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace OuiShare.Federation.Protocol;

/// <summary>
/// A text with signatures, as C2SP signed-note (c2sp.org/signed-note@v1.0.0) writes it:
/// <code>
///   {text, its last line ended by LF} LF
///   — {key name} {base64(key id: 4 ‖ Ed25519 signature: 64)} LF
///   further signature lines, of keys we do not know
///
///   key id = first 4 bytes of SHA-256(key name ‖ LF ‖ 0x01 ‖ public key)
/// </code>
/// </summary>
internal static class SignedNote
{
    private const byte Ed25519Type = 0x01;
    private const int KeyIdBytes = 4;

    // An em dash, U+2014, and a space.
    private static ReadOnlySpan<byte> SignatureStart => "\u2014 "u8;

    /// <summary>What came of checking a note.</summary>
    public enum Outcome
    {
        /// <summary>The key signed the text.</summary>
        Verified,

        /// <summary>The bytes are not a signed note.</summary>
        Malformed,

        /// <summary>No line is from the key, or one claims to be and is not.</summary>
        NotSigned,
    }

    /// <summary>The note with the key's signature.</summary>
    public static byte[] Sign(string text, string keyName, NodeKey key)
    {
        var signed = Encoding.UTF8.GetBytes(text);
        byte[] signature = [.. KeyId(keyName, key.Origin), .. key.Sign(signed)];
        return [.. signed, (byte)'\n', .. SignatureStart, .. Encoding.UTF8.GetBytes($"{keyName} {Convert.ToBase64String(signature)}\n")];
    }

    /// <summary>The text of a note, which is not to be believed before <see cref="Verify"/>; false if this is no note.</summary>
    public static bool TryReadText(ReadOnlySpan<byte> note, out ReadOnlySpan<byte> text)
    {
        // The last empty line divides text and signatures.
        var blank = note.LastIndexOf("\n\n"u8);
        text = blank < 0 ? default : note[..(blank + 1)];
        return blank > 0 && note[^1] == '\n' && blank + 2 < note.Length && Utf8.IsValid(note) && !HasControl(note);
    }

    /// <summary>Whether the key of that name signed the note. Lines of other keys are ignored.</summary>
    public static Outcome Verify(ReadOnlySpan<byte> note, string keyName, Origin key)
    {
        if (!TryReadText(note, out var text))
            return Outcome.Malformed;
        var name = Encoding.UTF8.GetBytes(keyName);
        var keyId = KeyId(keyName, key);
        var isSigned = false;
        foreach (var range in note[(text.Length + 1)..^1].Split((byte)'\n'))
        {
            var line = note[(text.Length + 1)..^1][range];
            if (!TryReadLine(line, out var lineName, out var signature))
                return Outcome.Malformed;
            if (!lineName.SequenceEqual(name) || !signature.AsSpan(0, KeyIdBytes).SequenceEqual(keyId))
                continue;
            if (!key.Verify(text, signature.AsSpan(KeyIdBytes)))
                return Outcome.NotSigned;
            isSigned = true;
        }

        return isSigned ? Outcome.Verified : Outcome.NotSigned;
    }

    /// <summary>The key id of an Ed25519 key under a name.</summary>
    public static byte[] KeyId(string keyName, Origin key) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes(keyName), (byte)'\n', Ed25519Type, .. key.Bytes])[..KeyIdBytes];

    private static bool TryReadLine(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name, out byte[] signature)
    {
        name = default;
        signature = [];
        if (!line.StartsWith(SignatureStart))
            return false;
        var rest = line[SignatureStart.Length..];
        var space = rest.IndexOf((byte)' ');
        if (space <= 0 || rest[..space].Contains((byte)'+'))
            return false;
        name = rest[..space];
        var base64 = Encoding.UTF8.GetString(rest[(space + 1)..]);
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var written) || written <= KeyIdBytes)
            return false;
        signature = bytes[..written];
        // White space and loose last bits would give one signature many spellings.
        return Convert.ToBase64String(signature) == base64;
    }

    private static bool HasControl(ReadOnlySpan<byte> note)
    {
        foreach (var value in note)
        {
            if (value < 0x20 && value != '\n')
                return true;
        }

        return false;
    }
}
