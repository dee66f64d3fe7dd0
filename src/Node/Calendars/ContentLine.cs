using System.Text;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>One unfolded line of a calendar: NAME;PARAMETER=value:VALUE (RFC 5545, §3.1).</summary>
internal sealed class ContentLine
{
    /// <summary>The encoding of vCalendar 1.0 for text: "=C3=A9" for é.</summary>
    public const string QuotedPrintable = "QUOTED-PRINTABLE";

    // Properties whose value may be text in base64; elsewhere it is a picture or a file.
    private static readonly string[] Texts = ["SUMMARY", "DESCRIPTION", "LOCATION", "CATEGORIES", "COMMENT"];

    private readonly List<(string Name, string Value)> _parameters = [];

    private ContentLine(int number, string name, string value)
    {
        Number = number;
        Name = name;
        Value = value;
    }

    /// <summary>Line of the file, from 1, at which it begins.</summary>
    public int Number { get; }

    /// <summary>The property's name in capitals, without a group such as "item1.".</summary>
    public string Name { get; }

    /// <summary>All after the colon, still escaped, but with the encodings of vCalendar 1.0 undone.</summary>
    public string Value { get; private set; }

    /// <summary>The value as text: \n, \, \; and \\ undone (§3.3.11).</summary>
    public string Text => Unescape(Value);

    /// <summary>The parameter's value without quotes; empty when it is not there.</summary>
    public string Parameter(string name)
    {
        foreach (var parameter in _parameters)
            if (parameter.Name == name)
                return parameter.Value;
        return "";
    }

    /// <summary>Reads a line in one pass; null when it has no name or no colon.</summary>
    public static ContentLine? Read(int number, string line)
    {
        var nameEnd = line.AsSpan().IndexOfAny(';', ':');
        if (nameEnd <= 0)
            return null;

        var parts = new List<(string, string)>();
        var at = nameEnd;
        while (at < line.Length && line[at] == ';')
        {
            var end = EndOfParameter(line, at + 1);
            var parameter = line.AsSpan(at + 1, end - at - 1);
            var equals = parameter.IndexOf('=');
            if (equals > 0)
            {
                var unquoted = parameter[(equals + 1)..].ToString().Replace("\"", "", StringComparison.Ordinal);
                parts.Add((parameter[..equals].ToString().ToUpperInvariant(), unquoted));
            }
            else if (parameter.Equals(QuotedPrintable, StringComparison.OrdinalIgnoreCase))
            {
                parts.Add(("ENCODING", QuotedPrintable));
            }

            at = end;
        }

        if (at >= line.Length)
            return null;
        var name = line[..nameEnd].Trim().ToUpperInvariant();
        var read = new ContentLine(number, name[(name.LastIndexOf('.') + 1)..], line[(at + 1)..]);
        read._parameters.AddRange(parts);
        read.Decode();
        return read;
    }

    /// <summary>Undoes the escapes of a text value; a backslash before anything else stays.</summary>
    public static string Unescape(string value)
    {
        if (!value.Contains('\\', StringComparison.Ordinal))
            return value;
        var text = new StringBuilder(value.Length);
        for (var at = 0; at < value.Length; at++)
        {
            var next = at + 1 < value.Length ? value[at + 1] : '\0';
            if (value[at] != '\\' || next is not ('n' or 'N' or ',' or ';' or '\\' or ':' or '"'))
            {
                text.Append(value[at]);
                continue;
            }

            text.Append(next is 'n' or 'N' ? '\n' : next);
            at++;
        }

        return text.ToString();
    }

    /// <summary>Splits at commas that are not escaped and undoes the escapes of each part.</summary>
    public static IEnumerable<string> List(string value)
    {
        var from = 0;
        for (var at = 0; at < value.Length; at++)
        {
            if (value[at] == '\\')
            {
                at++;
            }
            else if (value[at] == ',')
            {
                yield return Unescape(value[from..at]);
                from = at + 1;
            }
        }

        yield return Unescape(value[from..]);
    }

    // The parameter is "ENCODING=QUOTED-PRINTABLE", or the word alone in vCalendar 1.0.
    private void Decode()
    {
        var encoding = Parameter("ENCODING");
        if (encoding.Equals(QuotedPrintable, StringComparison.OrdinalIgnoreCase))
            Value = Text(TransferEncoding.ReadQuotedPrintable(Value));
        else if (encoding.ToUpperInvariant() is "BASE64" or "B" && Texts.Contains(Name) && TransferEncoding.ReadBase64(Value) is { } bytes)
            Value = Text(bytes);

        string Text(byte[] encoded) => CalendarEncoding.Unknown.Decode(encoded, CalendarEncoding.Find(Parameter("CHARSET")));
    }

    // A quoted value may hold semicolons and colons. One whose quote is never closed ends at the first colon.
    private static int EndOfParameter(string line, int from)
    {
        for (var at = from; at < line.Length; at++)
        {
            if (line[at] is ';' or ':')
                return at;
            if (line[at] != '"')
                continue;
            var close = line.IndexOf('"', at + 1);
            if (close < 0)
                return line.IndexOf(':', at) is var colon and >= 0 ? colon : line.Length;
            at = close;
        }

        return line.Length;
    }
}
