using System.Text;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// In which characters the bytes of a calendar are written. iCalendar is UTF-8 (RFC 5545, §3.1.4), and many programs write
/// something else. Decided once for a file, from all of it: one broken character does not make a UTF-8 file another's.
/// </summary>
/// <remarks>Immutable; safe for use by many threads.</remarks>
internal sealed class CalendarEncoding
{
    // WHATWG's encoding standard reads these as Windows-1252, and so do browsers: nobody means control characters.
    private static readonly string[] Latin = ["iso-8859-1", "latin1", "iso_8859-1", "l1", "us-ascii", "ascii", "windows-1252", "cp1252", "x-cp1252"];

    // The longest name of an encoding that is looked up.
    private const int LongestName = 40;

    // So many whole characters for a broken one.
    private const int NearlyAll = 4;

    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)
        ?? throw new InvalidOperationException("The runtime lacks the code page 1252.");

    private readonly Encoding? _named;
    private readonly bool _isUtf8;

    private CalendarEncoding(Encoding? named, bool isUtf8)
    {
        _named = named;
        _isUtf8 = isUtf8;
    }

    /// <summary>What a file without a single byte beyond ASCII needs.</summary>
    public static CalendarEncoding Utf8 { get; } = new(named: null, isUtf8: true);

    /// <summary>What a value needs of which nobody says in what it is written.</summary>
    public static CalendarEncoding Unknown { get; } = new(named: null, isUtf8: false);

    /// <summary>Judges the unfolded lines of a file.</summary>
    /// <param name="lines">All its lines, as bytes.</param>
    /// <param name="charset">What whoever sent it, or the file itself, says it is written in; empty when nobody says.</param>
    public static CalendarEncoding Of(IEnumerable<ReadOnlyMemory<byte>> lines, string charset)
    {
        var named = Find(charset);
        if (IsSevenBit(named))
            return new CalendarEncoding(named, isUtf8: false);
        var (good, bad) = (0L, 0L);
        foreach (var line in lines)
        {
            var counted = Count(line.Span);
            (good, bad) = (good + counted.Good, bad + counted.Bad);
        }

        // Whole UTF-8 is no accident, whatever is said of it. With broken characters in it, what most of them are decides; against what is said, what
        // nearly all are: sites name their own encoding for whatever they send.
        var isUtf8 = bad == 0 || good > bad * (named is null ? 1 : NearlyAll);
        return isUtf8 && bad == 0 ? Utf8 : new CalendarEncoding(isUtf8 ? null : named, isUtf8);
    }

    /// <summary>The encoding of this name; null when there is none, or when it is UTF-8.</summary>
    public static Encoding? Find(string charset)
    {
        var name = charset.Trim().Trim('"', '\'').ToLowerInvariant();
        if (name.Length is 0 or > LongestName || name is "utf-8" or "utf8")
            return null;
        return Latin.Contains(name) ? Windows1252 : CodePagesEncodingProvider.Instance.GetEncoding(name);
    }

    /// <summary>The text of some bytes. What cannot be read becomes U+FFFD.</summary>
    /// <param name="bytes">One unfolded line, or the value of one.</param>
    /// <param name="named">The encoding that the line itself names; null when it names none.</param>
    public string Decode(ReadOnlySpan<byte> bytes, Encoding? named = null)
    {
        var own = named ?? _named;
        if (own is not null && (IsSevenBit(own) || !System.Text.Unicode.Utf8.IsValid(bytes)))
            return own.GetString(bytes);
        // In a file of both, a line that holds more whole characters than broken ones is UTF-8.
        var (good, bad) = Count(bytes);
        return (_isUtf8 || bad == 0 || good > bad ? Encoding.UTF8 : Windows1252).GetString(bytes);
    }

    // ISO 2022 and HZ: their escape sequences would pass for ASCII.
    private static bool IsSevenBit(Encoding? encoding) => encoding is { CodePage: (>= 50220 and <= 50229) or 52936 };

    // Characters beyond ASCII that are whole UTF-8, and those that are not.
    private static (int Good, int Bad) Count(ReadOnlySpan<byte> bytes)
    {
        var (good, bad) = (0, 0);
        while (bytes.IndexOfAnyExceptInRange((byte)0, (byte)0x7f) is var at and >= 0)
        {
            bytes = bytes[at..];
            if (Rune.DecodeFromUtf8(bytes, out _, out var length) == System.Buffers.OperationStatus.Done)
                good++;
            else
                bad++;
            bytes = bytes[length..];
        }

        return (good, bad);
    }
}
