using System.Text;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// Turns a file's bytes into unfolded lines. Folding (RFC 5545, §3.1) counts bytes, and many programs fold inside a
/// character, so lines are joined as bytes first and become text after that.
/// </summary>
internal sealed class CalendarBytes
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly CalendarEncoding _encoding;

    /// <summary>Looks at a file.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="charset">What whoever sent it says it is written in; empty when nobody says.</param>
    public CalendarBytes(ReadOnlyMemory<byte> file, string charset = "")
    {
        _bytes = AsUtf8(file);
        _encoding = CalendarEncoding.Utf8;
        if (!System.Text.Unicode.Utf8.IsValid(_bytes.Span) || charset.Length > 0)
            _encoding = CalendarEncoding.Of(Joined().Select(line => line.Bytes), CalendarEncoding.Find(charset) is null ? Named() : charset);
    }

    /// <summary>
    /// The lines of the file, unfolded, with the number at which each begins. Lines end with CRLF, LF or CR. UTF-8, with or
    /// without a byte order mark, and UTF-16 are known, and what the file, a line or whoever sent it names; see
    /// <see cref="CalendarEncoding"/>. Empty lines are left out; a line of more than <see cref="CalendarLimits.LineBytes"/> is cut
    /// there, which <see cref="Line.IsCut"/> tells.
    /// </summary>
    public IEnumerable<Line> Lines() => Joined().Select(line => new Line(line.Number, _encoding.Decode(line.Bytes.Span, CharsetOf(line.Bytes.Span)), line.IsCut));

    // The buffer of each line is used again for the next.
    private IEnumerable<(int Number, ReadOnlyMemory<byte> Bytes, bool IsCut)> Joined()
    {
        var joined = new MemoryStream();
        var (number, startedAt, isCut) = (0, 0, false);
        for (var at = 0; at < _bytes.Length;)
        {
            var (length, next) = NextLine(_bytes.Span[at..]);
            number++;
            var line = _bytes.Slice(at, length);
            at += next;
            if (length == 0)
                continue;

            var isSoft = startedAt > 0 && EndsSoftly(joined) && !IsMarker(line.Span);
            var isFolded = line.Span[0] is (byte)' ' or (byte)'\t';
            if (isSoft)
            {
                joined.SetLength(joined.Length - 1);
            }
            else if (!isFolded)
            {
                if (startedAt > 0)
                    yield return (startedAt, Written(joined), isCut);
                joined.SetLength(0);
                (startedAt, isCut) = (number, false);
            }

            isCut |= !Append(joined, line.Span[(isFolded && !isSoft ? 1 : 0)..]);
        }

        if (startedAt > 0)
            yield return (startedAt, Written(joined), isCut);
    }

    private static (int Length, int Next) NextLine(ReadOnlySpan<byte> rest)
    {
        var length = rest.IndexOfAny((byte)'\r', (byte)'\n');
        if (length < 0)
            length = rest.Length;
        var next = length + 1;
        if (next < rest.Length && rest[length] == '\r' && rest[next] == '\n')
            next++;
        return (length, next);
    }

    private static bool Append(MemoryStream joined, ReadOnlySpan<byte> part)
    {
        var room = CalendarLimits.LineBytes - (int)joined.Length;
        joined.Write(part[..Math.Min(room, part.Length)]);
        return part.Length <= room;
    }

    private static ReadOnlyMemory<byte> Written(MemoryStream joined) => joined.GetBuffer().AsMemory(0, (int)joined.Length);

    // A value that is quoted-printable goes on in the next line after a "=" (RFC 2045, §6.7). Programs that forget it before the event's
    // end must not swallow that.
    private static bool EndsSoftly(MemoryStream joined) =>
        Written(joined).Span is [.., (byte)'='] line && Head(line).Contains(ContentLine.QuotedPrintable, StringComparison.OrdinalIgnoreCase);

    private static bool IsMarker(ReadOnlySpan<byte> line) => line.StartsWith("BEGIN:"u8) || line.StartsWith("END:"u8);

    // Name and parameters, when there are any.
    private static string Head(ReadOnlySpan<byte> line) =>
        line.IndexOf((byte)':') is var colon and > 0 && line[..colon].Contains((byte)';') ? Encoding.Latin1.GetString(line[..colon]) : "";

    // "SUMMARY;CHARSET=Windows-1251:…"
    private static Encoding? CharsetOf(ReadOnlySpan<byte> line)
    {
        const string Parameter = ";CHARSET=";
        var head = Head(line);
        var at = head.IndexOf(Parameter, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? null : CalendarEncoding.Find(head[(at + Parameter.Length)..].Split(';')[0]);
    }

    // Some programs say it in the calendar's own lines: "X-CHARSET:Windows-1251", "CONTENT-TYPE:text/calendar; charset=…".
    private string Named()
    {
        foreach (var (_, bytes, _) in Joined())
        {
            var line = Encoding.Latin1.GetString(bytes.Span);
            if (line.StartsWith("BEGIN:V", StringComparison.OrdinalIgnoreCase) && !line.StartsWith("BEGIN:VCALENDAR", StringComparison.OrdinalIgnoreCase))
                break;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
                continue;
            if (line[..colon].EndsWith("CHARSET", StringComparison.OrdinalIgnoreCase))
                return line[(colon + 1)..];
            var parameter = line.IndexOf("charset=", StringComparison.OrdinalIgnoreCase);
            if (parameter > colon)
                return line[(parameter + "charset=".Length)..].Split(';')[0];
        }

        return "";
    }

    private static ReadOnlyMemory<byte> AsUtf8(ReadOnlyMemory<byte> file)
    {
        var bytes = file.Span;
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
            return file[3..];
        if (bytes.StartsWith(Encoding.Unicode.Preamble))
            return Transcode(Encoding.Unicode, file[2..]);
        if (bytes.StartsWith(Encoding.BigEndianUnicode.Preamble))
            return Transcode(Encoding.BigEndianUnicode, file[2..]);

        // Without a mark: a calendar begins with a letter or a line end, so one of its first two bytes is zero.
        if (bytes.Length >= 2 && bytes[1] == 0 && bytes[0] != 0)
            return Transcode(Encoding.Unicode, file);
        if (bytes.Length >= 2 && bytes[0] == 0 && bytes[1] != 0)
            return Transcode(Encoding.BigEndianUnicode, file);
        return file;
    }

    private static byte[] Transcode(Encoding from, ReadOnlyMemory<byte> file) =>
        Encoding.Convert(from, Encoding.UTF8, file.ToArray());

    /// <summary>One unfolded line.</summary>
    /// <param name="Number">Line of the file, from 1, at which it begins.</param>
    /// <param name="Text">The line without its end.</param>
    /// <param name="IsCut">Whether it was too long and its end is missing.</param>
    internal readonly record struct Line(int Number, string Text, bool IsCut);
}
