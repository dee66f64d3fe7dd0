using System.Globalization;
using System.Text;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>The encodings in which vCalendar 1.0, and programs that learnt from it, send text (RFC 2045, §6.7 and §6.8).</summary>
internal static class TransferEncoding
{
    /// <summary>The bytes of a quoted-printable value. A "=" that begins no code stands for itself; what is not ASCII stays as it is.</summary>
    public static byte[] ReadQuotedPrintable(string value)
    {
        var bytes = new MemoryStream(value.Length);
        for (var at = 0; at < value.Length;)
        {
            if (value[at] == '=' && at + 2 < value.Length && IsCode(value.AsSpan(at + 1, 2)))
            {
                bytes.WriteByte(byte.Parse(value.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                at += 3;
            }
            else
            {
                var length = char.IsHighSurrogate(value[at]) && at + 1 < value.Length ? 2 : 1;
                bytes.Write(Encoding.UTF8.GetBytes(value.Substring(at, length)));
                at += length;
            }
        }

        return bytes.ToArray();
    }

    /// <summary>The bytes of a base64 value; null when it is none.</summary>
    public static byte[]? ReadBase64(string value)
    {
        var bytes = new byte[value.Length / 4 * 3 + 3];
        return Convert.TryFromBase64String(value, bytes, out var length) ? bytes[..length] : null;
    }

    private static bool IsCode(ReadOnlySpan<char> code) => char.IsAsciiHexDigit(code[0]) && char.IsAsciiHexDigit(code[1]);
}
