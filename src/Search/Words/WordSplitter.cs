using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace OuiShare.Federation.Search.Words;

/// <summary>Takes a text apart into words, the same way for what is indexed and for what is asked.</summary>
/// <remarks>
/// A word is a run of letters and digits. Around an apostrophe, articles that lost their vowel and single letters are dropped:
/// l'atelier is found as atelier, dell'arte as arte, people's as people. A hyphen, and the middle dot of Catalan (col·lectiu) and
/// of inclusive French (participant·e·s), join parts that are found apart and together.
/// </remarks>
internal static class WordSplitter
{
    // More parts than this are a list rather than a word, and are not joined.
    private const int JoinedParts = 4;

    private static readonly FrozenSet<string> Elided = FrozenSet.Create(
        "qu", "jusqu", "lorsqu", "puisqu", "quoiqu",
        "gl", "un", "all", "dall", "dell", "nell", "sull", "coll", "quell", "quest", "agl", "dagl", "degl", "negl", "sugl");

    private enum Glue
    {
        None,
        Hyphen,
        Apostrophe,
    }

    /// <summary>Appends the words of a text, parts and joined forms alike, each followed by a blank.</summary>
    public static void AppendWords(StringBuilder output, ReadOnlySpan<char> text)
    {
        foreach (var word in Split(text))
        {
            foreach (var part in word.Parts)
                output.Append(part).Append(' ');
            if (word.Joined is { } joined)
                output.Append(joined).Append(' ');
        }
    }

    /// <summary>The words of a text in their order.</summary>
    public static List<Word> Split(ReadOnlySpan<char> text)
    {
        var words = new List<Word>();
        var parts = new List<string>();
        var run = new StringBuilder();
        var (before, hyphens) = (Glue.None, 0);

        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) && !IsApostrophe(rune))
                FoldedLetters.Append(run, rune);
            else if (IsInvisible(rune))
                continue;
            else if (IsApostrophe(rune) && run.Length > 0)
                EndPart(Glue.Apostrophe);
            else if (IsHyphen(rune) && run.Length > 0)
                EndPart(Glue.Hyphen);
            else
                EndWord();
        }
        EndWord();
        return words;

        void EndPart(Glue after)
        {
            var isElided = run.Length == 1
                ? before == Glue.Apostrophe || after == Glue.Apostrophe
                : after == Glue.Apostrophe && Elided.Contains(run.ToString());
            if (run.Length > 0 && !isElided)
                parts.Add(run.ToString(0, Cut(run)));
            run.Clear();
            before = after;
            if (after == Glue.Hyphen)
                hyphens++;
        }

        void EndWord()
        {
            EndPart(Glue.None);
            if (parts.Count > 0)
                words.Add(new(parts.ToArray(), hyphens > 0 && parts.Count is > 1 and <= JoinedParts ? Join(parts) : null));
            parts.Clear();
            hyphens = 0;
        }
    }

    private static string Join(List<string> parts)
    {
        var joined = new StringBuilder().AppendJoin("", parts);
        return joined.ToString(0, Cut(joined));
    }

    // Never between the halves of a surrogate pair.
    private static int Cut(StringBuilder run) =>
        run.Length <= SearchLimits.WordLetters ? run.Length
        : char.IsHighSurrogate(run[SearchLimits.WordLetters - 1]) ? SearchLimits.WordLetters - 1
        : SearchLimits.WordLetters;

    // The modifier letter U+02BC counts as a letter in Unicode, but keyboards give it for an apostrophe.
    private static bool IsApostrophe(Rune rune) => rune.Value is '\'' or '’' or '‘' or '´' or '`' or '′' or 'ʼ' or '＇';

    private static bool IsHyphen(Rune rune) => rune.Value is '-' or '\u2010' or '\u2011' or '·' or '‧' or '•';

    // Accents that stand alone behind their letter, and what layouts put inside words: soft hyphen, joiners, variation selectors.
    private static bool IsInvisible(Rune rune) =>
        rune.Value is 0xAD or 0x200B or 0x200C or 0x200D or 0x2060 or 0xFEFF
        || (rune.Value > 0x7F && Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark);
}
