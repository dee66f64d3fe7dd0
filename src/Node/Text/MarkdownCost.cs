namespace OuiShare.Federation.Node.Text;

/// <summary>
/// Tells from one pass over a Markdown text whether parsing it is cheap. Markdig, as most parsers of CommonMark, takes time that grows with
/// the square of the signs that may open or close something within one paragraph, and refuses deep nesting; a text of ordinary size whose
/// signs are within these budgets takes a few milliseconds.
/// </summary>
internal static class MarkdownCost
{
    /// <summary>Block quotes and lists that may stand inside one another at the beginning of a line: people's texts have three.</summary>
    private const int Nesting = 20;

    /// <summary>Squares of the signs in each paragraph, summed up: 600 signs in one, or 150 in each of sixteen. Measured, see MarkdownWorkTests.</summary>
    private const long SquaredSigns = 360_000;

    /// <summary>Signs in the whole text: 1,000 links, each with four.</summary>
    private const int Signs = 4_000;

    /// <summary>Cells that the largest table of a text may come to: a table's every row is made as wide as its first.</summary>
    private const int Cells = 4_000;

    /// <summary>Texts longer than any record's field are not parsed.</summary>
    private const int Length = 50_000;

    /// <summary>Whether the text may be parsed.</summary>
    public static bool IsAffordable(string markdown)
    {
        if (markdown.Length > Length)
            return false;
        var (squares, all, signs, widest, rows) = (0L, 0L, 0L, 0L, 0L);
        foreach (var line in markdown.AsSpan().EnumerateLines())
        {
            if (NestingOf(line) > Nesting)
                return false;
            if (line.IsWhiteSpace() || BeginsItem(line))
                (squares, signs, widest, rows) = (squares + (signs * signs), 0, 0, 0);
            if (line.IsWhiteSpace())
                continue;

            var found = CountSigns(line);
            (signs, all) = (signs + found, all + found);
            var pipes = line.Count('|');
            (widest, rows) = (Math.Max(widest, pipes), rows + 1);
            if (widest * rows > Cells || (signs * signs) + squares > SquaredSigns || all > Signs)
                return false;
        }

        return true;
    }

    // An item of a list is a paragraph of its own. With more indentation, the line may as well go on with the paragraph before.
    private static bool BeginsItem(ReadOnlySpan<char> line)
    {
        var item = line.TrimStart(' ');
        return line.Length - item.Length <= 3 && item.Length > 2 && item[0] is '-' or '*' or '+' && item[1] == ' ' && !item[2..].IsWhiteSpace();
    }

    // Everything that opens or closes emphasis, a link, a picture, code, a table's cell or an address.
    private static int CountSigns(ReadOnlySpan<char> line)
    {
        // An address in plain text becomes a link and costs as much as one; a line's end is looked at too.
        var count = 1 + (2 * (line.Count("://") + line.Count("www.")));
        foreach (var character in line)
        {
            if (character is '*' or '_' or '~' or '^' or '+' or '=' or '[' or ']' or '`' or '<' or '|' or '!')
                count++;
        }

        return count;
    }

    // How many block quotes and lists a line may open or stand in, by the signs before its first word.
    private static int NestingOf(ReadOnlySpan<char> line)
    {
        var (depth, digits) = (0, 0);
        foreach (var character in line)
        {
            if (char.IsAsciiDigit(character))
            {
                digits++;
                continue;
            }

            if (character is '>' or '-' or '*' or '+' || (character is '.' or ')' && digits > 0))
                depth++;
            else if (!char.IsWhiteSpace(character))
                break;
            digits = 0;
        }

        return depth > Nesting && IsRule(line) ? 0 : depth;
    }
    // A rule across the page is a line of one sign, and opens nothing.
    private static bool IsRule(ReadOnlySpan<char> line)
    {
        var signs = line.Trim();
        return signs[0] is '-' or '*' && signs.IndexOfAnyExcept(signs[0], ' ') < 0;
    }
}
