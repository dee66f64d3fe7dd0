using System.Buffers;
using System.Text;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// Writes lines of a calendar: escaped, ended by CRLF and folded at 75 bytes, never within a character (RFC 5545, §3.1).
/// Whatever text it is given, a line stays one line: what a stranger wrote cannot add properties.
/// </summary>
internal sealed class CalendarText
{
    // The continuing lines begin with a space, which counts.
    private const int MostLineBytes = 75;

    private readonly ArrayBufferWriter<byte> _written = new(1024);
    private byte[] _line = new byte[512];

    /// <summary>All that was written, in UTF-8.</summary>
    public ReadOnlyMemory<byte> Written => _written.WrittenMemory;

    /// <summary>A property whose value is text of people.</summary>
    public void Text(string name, string text, string language = "")
    {
        if (text.Length > 0)
            Line(language is "" or LanguageTag.Unknown ? name : $"{name};LANGUAGE={language}", Escape(text));
    }

    /// <summary>A property with a list of texts; commas within one are escaped.</summary>
    public void List(string name, IEnumerable<string> texts)
    {
        var list = string.Join(',', texts.Select(Escape));
        if (list.Length > 0)
            Line(name, list);
    }

    /// <summary>A line as it is, but for control characters, which are left out.</summary>
    /// <param name="nameAndParameters">What stands before the colon.</param>
    /// <param name="value">What stands after it, escaped where the property demands it.</param>
    public void Line(string nameAndParameters, string value)
    {
        var most = Encoding.UTF8.GetMaxByteCount(nameAndParameters.Length + 1 + value.Length);
        if (_line.Length < most)
            _line = new byte[most];
        var length = Append(nameAndParameters, at: 0);
        _line[length++] = (byte)':';
        length = Append(value, length);

        var room = MostLineBytes;
        for (var at = 0; at < length;)
        {
            var end = Math.Min(at + room, length);
            // A byte 10xxxxxx continues a character: step back to where it begins.
            while (end < length && (_line[end] & 0xc0) == 0x80)
                end--;
            _written.Write(_line.AsSpan(at, end - at));
            at = end;
            _written.Write(at < length ? "\r\n "u8 : "\r\n"u8);
            room = MostLineBytes - 1;
        }
    }

    /// <summary>Text already in the form of a calendar.</summary>
    public void Raw(ReadOnlySpan<byte> lines) => _written.Write(lines);

    private static string Escape(string text)
    {
        if (text.AsSpan().IndexOfAny("\\;,\r\n") < 0)
            return text;
        return text
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace(";", "\\;", StringComparison.Ordinal)
            .Replace(",", "\\,", StringComparison.Ordinal)
            .Replace("\r\n", "\\n", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal)
            .Replace("\r", "\\n", StringComparison.Ordinal);
    }

    private int Append(string text, int at)
    {
        // Half a surrogate pair becomes the replacement character.
        var length = Encoding.UTF8.GetBytes(text, _line.AsSpan(at));
        var kept = at;
        foreach (var value in _line.AsSpan(at, length))
            if (value is >= 0x20 and not 0x7f)
                _line[kept++] = value;
        return kept;
    }
}
