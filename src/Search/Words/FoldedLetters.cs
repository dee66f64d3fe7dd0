using System.Collections.Frozen;
using System.Text;

namespace OuiShare.Federation.Search.Words;

/// <summary>The letters that a letter is searched as: lower case, without its accent, ligatures taken apart.</summary>
/// <remarks>
/// A table of our own, because <see cref="string.Normalize()"/> does nothing beyond ASCII in a program with
/// InvariantGlobalization, and because Unicode does not decompose ß, œ, æ, ø, ł and đ, which people type as the letters here.
/// Other scripts pass through; SQLite's unicode61 tokenizer folds their case and marks.
/// </remarks>
internal static class FoldedLetters
{
    // Each line: the letter that is searched, then the letters that become it. Latin-1, Latin Extended-A and the rest of what
    // Romanian, Turkish, Vietnamese and Welsh need.
    private static readonly string[] Accents =
    [
        "aàáâãäåāăąǎȁȃạảấầẩẫậắằẳẵặª", "cçćĉċč", "dďđḍ", "eèéêëēĕėęěȅȇẹẻẽếềểễệ", "gĝğġģǧ", "hĥħḥ", "iìíîïĩīĭįıǐȉȋỉị", "jĵǰ",
        "kķǩ", "lĺļľŀłḷ", "nñńņňṅ", "oòóôõöøōŏőǒȍȏơọỏốồổỗộớờởỡợº", "rŕŗřȑȓ", "sśŝşšșſṣ", "tţťŧțṭ",
        "uùúûüũūŭůűųǔȕȗưụủứừửữự", "wŵẁẃẅ", "yýÿŷỳỵỷỹ", "zźżžẓ",
    ];

    private static readonly FrozenDictionary<Rune, string> Folded = Accents
        .SelectMany(line => line.Skip(1).Select(accented => (Letter: new Rune(accented), Plain: line[..1])))
        .Concat([
            (new('ß'), "ss"), (new('œ'), "oe"), (new('æ'), "ae"), (new('ð'), "d"), (new('þ'), "th"), (new('ĳ'), "ij"),
            (new('ŉ'), "n"), (new('ŋ'), "n"), (new('ĸ'), "k"), (new('ﬁ'), "fi"), (new('ﬂ'), "fl"),
            // Invariant casing leaves the dotted capital as it is.
            (new('İ'), "i"),
        ])
        .ToFrozenDictionary(fold => fold.Item1, fold => fold.Item2);

    /// <summary>Appends what a letter or digit is searched as.</summary>
    public static void Append(StringBuilder output, Rune letter)
    {
        var lower = Rune.ToLowerInvariant(letter);
        if (lower.IsAscii)
            output.Append((char)lower.Value);
        else if (Folded.TryGetValue(lower, out var plain))
            output.Append(plain);
        else
            output.Append(lower);
    }
}
