using System.Text;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// Turns a file's bytes into unfolded lines. Folding (RFC 5545, §3.1) counts bytes, and many programs fold inside a
/// character, so lines are joined as bytes first and become text after that.
/// </summary>
internal static class CalendarBytes
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // What Windows-1252 has where Latin-1 has control characters: 0x80 to 0x9F.
    private const string Windows1252 =
        "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f"
        + "\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";

    /// <summary>
    /// The lines of the file, unfolded, with the number at which each begins. Lines end with CRLF, LF or CR. UTF-8, with or
    /// without a byte order mark, and UTF-16 are known; a line that is not UTF-8 is read as Windows-1252. Empty lines are left
    /// out; a line of more than <see cref="CalendarLimits.LineBytes"/> is cut there, which <see cref="Line.IsCut"/> tells.
    /// </summary>
    public static IEnumerable<Line> Lines(ReadOnlyMemory<byte> file)
    {
        var bytes = AsUtf8(file);
        var joined = new MemoryStream();
        var (number, startedAt, isCut) = (0, 0, false);
        for (var at = 0; at < bytes.Length;)
        {
            var rest = bytes.Span[at..];
            var length = rest.IndexOfAny((byte)'\r', (byte)'\n');
            if (length < 0)
                length = rest.Length;
            var next = length + 1;
            if (next < rest.Length && rest[length] == '\r' && rest[next] == '\n')
                next++;

            number++;
            var isContinued = length > 0 && rest[0] is (byte)' ' or (byte)'\t';
            if (!isContinued && length > 0)
            {
                if (startedAt > 0)
                    yield return new Line(startedAt, Decode(joined), isCut);
                joined.SetLength(0);
                (startedAt, isCut) = (number, false);
            }

            if (length > 0)
                isCut |= !Append(joined, bytes.Span.Slice(at, length)[(isContinued ? 1 : 0)..]);
            at += next;
        }

        if (startedAt > 0)
            yield return new Line(startedAt, Decode(joined), isCut);
    }

    private static bool Append(MemoryStream joined, ReadOnlySpan<byte> part)
    {
        var room = CalendarLimits.LineBytes - (int)joined.Length;
        joined.Write(part[..Math.Min(room, part.Length)]);
        return part.Length <= room;
    }

    private static string Decode(MemoryStream joined)
    {
        var line = joined.GetBuffer().AsSpan(0, (int)joined.Length);
        try
        {
            return StrictUtf8.GetString(line);
        }
        catch (DecoderFallbackException)
        {
            return string.Create(line.Length, line, (text, from) =>
            {
                for (var i = 0; i < from.Length; i++)
                    text[i] = from[i] is >= 0x80 and < 0xa0 ? Windows1252[from[i] - 0x80] : (char)from[i];
            });
        }
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
