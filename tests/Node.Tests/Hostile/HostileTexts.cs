using System.Text;

namespace OuiShare.Federation.Node.Tests.Hostile;

/// <summary>Texts that cost a parser much: every sign that means something, repeated, nested and alternating; and letters of every sort.</summary>
internal static class HostileTexts
{
    private const string Signs = "*_~^+=`<>[]()!|\\-#&:\"' \n\tax1.";

    private static readonly string[] Words =
    [
        "*a_ ", "[a](b", "[a]", "![a](", "<http://a", "`a``", "a|b\n", "|-", "* ", "> ", "- ", "1. ", "[a]: b\n", "[a][b]", "*a**b", "~~a~", "http://a.b ", "a@b.c ", "www.a.b ", "![[", "*a `",
        "&amp;", "&#1;", "\\*", "<!--", "<a href=\"", "](", "~~~\n", "```\n", "    a\n\n", "a\n=\n", "# a\n", "| a | b |\n| - | - |\n", "***a", "<script>", "\u202E", "\u0301", "🎉", "ﷺ", "\u200D", "e\u0301",
        "\0", "\uD800", "字", "שלום ", "\r\n", "]]>", "--", "\u2028", "Ⅷ", "ǅ", "\uFFFD",
    ];

    /// <summary>Every sign alone, every two of them, and words that parsers know.</summary>
    public static IEnumerable<string> Patterns =>
        [.. Signs.Select(sign => sign.ToString()), .. Signs.SelectMany(first => Signs.Select(second => $"{first}{second}")), .. Words];

    /// <summary>Those known to have cost most, at full length.</summary>
    public static IReadOnlyList<string> Worst { get; } =
    [
        Repeat("> ", 258), new string('>', 129), new string('[', 200), Repeat("- ", 200), Repeat("*a_ ", 20_000), Repeat("[a]", 18_000) + "\n\n[a]: http://" + new string('x', 1_900),
        Repeat("|", 6_000) + "\n" + Repeat("-|", 6_000) + "\n" + Repeat("|\n", 7_000), Repeat("#\n", 20_000), Repeat("\\\n", 20_000), Repeat("http://a.b ", 20_000), Repeat("`a``", 20_000),
        Repeat("[a](", 20_000), Repeat("![", 20_000), Repeat("<a", 20_000), Repeat("&amp;", 20_000), Repeat("1. ", 20_000), Repeat("**a", 20_000), Repeat("www.a.b ", 20_000),
        string.Concat(Enumerable.Range(0, 140).Select(depth => new string(' ', depth) + "- a\n")),
    ];

    /// <summary>A text of about this many characters.</summary>
    public static string Next(Random random, int length)
    {
        if (random.Next(3) == 0)
            return Repeat("Un verre entre amis. ", length);
        var unit = new StringBuilder();
        for (var parts = random.Next(1, 6); parts > 0; parts--)
            unit.Append(random.Next(2) == 0 ? Words[random.Next(Words.Length)] : Signs[random.Next(Signs.Length)].ToString());
        return random.Next(4) == 0 && length > 1_000 ? Worst[random.Next(Worst.Count)] : Repeat(unit.ToString(), length);
    }

    /// <summary>A text again and again, up to a length.</summary>
    public static string Repeat(string unit, int length)
    {
        var text = new StringBuilder(length + unit.Length);
        while (text.Length < length)
            text.Append(unit);
        return text.ToString(0, length);
    }
}
