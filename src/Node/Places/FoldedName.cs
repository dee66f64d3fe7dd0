using System.Globalization;
using System.Text;

namespace OuiShare.Federation.Node.Places;

/// <summary>
/// A name as it is compared when places are looked up: lower case, without accents, ligatures taken apart, everything
/// that is neither letter nor digit a single space. "Saint-Étienne" and "saint etienne" are one.
/// </summary>
internal static class FoldedName
{
    /// <summary>The folded form of <paramref name="name"/>; empty when it holds neither letter nor digit. Linear in its length.</summary>
    /// <remarks>pack-places.py orders places.bin by the same function: whoever changes one changes both and packs again.</remarks>
    public static string Of(string name)
    {
        var folded = new StringBuilder(name.Length + 4);
        var text = System.Text.Ascii.IsValid(name) ? name : WithoutBrokenPairs(name).Normalize(NormalizationForm.FormD);
        for (var at = 0; at < text.Length;)
        {
            Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length);
            at += length;
            Append(folded, rune);
        }

        return folded.ToString().TrimEnd(' ');
    }

    private static void Append(StringBuilder folded, Rune rune)
    {
        var category = Rune.GetUnicodeCategory(rune);
        if (category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark)
            return;

        if (Rune.IsLetterOrDigit(rune) || category is UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber)
        {
            var lower = Rune.ToLowerInvariant(rune);
            if (TakenApart(lower.Value) is { } letters)
                folded.Append(letters);
            else
                folded.Append(lower.ToString());
        }
        else if (folded.Length > 0 && folded[^1] != ' ')
        {
            folded.Append(' ');
        }
    }

    // Letters that Unicode does not decompose, but that people type as these.
    private static string? TakenApart(int letter) => letter switch
    {
        'ß' => "ss",
        'œ' => "oe",
        'æ' => "ae",
        'ø' => "o",
        'ł' => "l",
        'đ' or 'ð' => "d",
        'þ' => "th",
        'ħ' => "h",
        'ı' => "i",
        'ŋ' => "n",
        'ŧ' => "t",
        'ə' => "e",
        _ => null,
    };

    // Normalize throws on half a surrogate pair, which a stranger may well send.
    private static string WithoutBrokenPairs(string text)
    {
        var whole = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            whole.Append(rune.ToString());
        return whole.ToString();
    }
}
