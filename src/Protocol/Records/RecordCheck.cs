using System.Globalization;
using System.Text;
using Google.Protobuf;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>
/// Goes through one record and collects the rules it breaks. Lengths count Unicode code points, as a person counts characters
/// roughly and every language counts exactly.
/// </summary>
internal sealed class RecordCheck
{
    private const int TranslationsInText = 24;
    private const int LanguageTagLength = 35;
    private const int ZoneLength = 64;
    private const int UrlLength = 1000;
    private const int VenueLength = 200;
    private const int StreetLength = 300;
    private const int CityLength = 100;
    private const int RegionLength = 100;

    private readonly List<RuleViolation> _violations = [];

    /// <summary>What was found so far.</summary>
    public IReadOnlyList<RuleViolation> Violations => _violations;

    /// <summary>Adds a violation; the reason is the field in capitals and the problem, as in TITLE_MISSING.</summary>
    public void Break(string field, string problem, string sentence) =>
        _violations.Add(new RuleViolation(field, $"{field.ToUpperInvariant().Replace('.', '_')}_{problem}", sentence));

    /// <summary>The whole record fits in a body.</summary>
    public void Size(IMessage record)
    {
        if (record.CalculateSize() is var bytes && bytes > Limits.RecordBytes)
            Break("record", "TOO_LARGE", $"The whole record takes {bytes} bytes; shorten its texts until it fits in {Limits.RecordBytes}.");
    }

    /// <summary>One text in one language.</summary>
    /// <param name="field">As the proto names it.</param>
    /// <param name="text">The text.</param>
    /// <param name="longest">Characters allowed.</param>
    /// <param name="isRequired">Empty and blank are refused.</param>
    /// <param name="hasLines">Line feeds are allowed.</param>
    public void Text(string field, string text, int longest, bool isRequired = false, bool hasLines = false)
    {
        if (isRequired && string.IsNullOrWhiteSpace(text))
            Break(field, "MISSING", $"The {Spoken(field)} is empty; write one.");
        var (length, at) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            length++;
            // U+FFFD stands for what a calendar's writer broke, and may stay; half a surrogate pair only looks like it here.
            var isHalf = rune == Rune.ReplacementChar && text[at] != '\uFFFD';
            at += rune.Utf16SequenceLength;
            if (isHalf || IsForbidden(rune, hasLines))
            {
                Break(field, "CHARACTERS", $"The {Spoken(field)} contains the character U+{rune.Value:X4}, which cannot be shown; remove it.");
                return;
            }
        }

        if (length > longest)
            Break(field, "TOO_LONG", $"The {Spoken(field)} has {length} characters; shorten it to {longest}.");
        if (!text.IsNormalized(NormalizationForm.FormC))
            Break(field, "NOT_NFC", $"The {Spoken(field)} is not in Unicode normal form C; normalise it.");
    }

    /// <summary>A text in several languages; null is allowed unless it is required.</summary>
    public void Localized(string field, LocalizedText? text, int longest, bool isRequired = false, bool hasLines = false)
    {
        if (text is null || text.Translations.Count == 0)
        {
            if (isRequired)
                Break(field, "MISSING", $"The {Spoken(field)} is empty; write one.");
            else if (text is not null)
                Break(field, "EMPTY", $"The {Spoken(field)} has no text in any language; leave it out.");
            return;
        }

        if (text.Translations.Count > TranslationsInText)
            Break(field, "TOO_MANY_LANGUAGES", $"The {Spoken(field)} is in {text.Translations.Count} languages; at most {TranslationsInText} are kept.");
        if (text.Translations[0].Language != text.SourceLanguage)
            Break(field, "SOURCE_MISSING", $"The {Spoken(field)} must begin with the language it was written in, {text.SourceLanguage}.");
        Languages(field, [.. text.Translations.Select(translation => translation.Language)], TranslationsInText);
        foreach (var translation in text.Translations.Take(TranslationsInText))
        {
            Text(field, translation.Text, longest, isRequired: true, hasLines);
            if (translation.Version == 0)
                Break(field, "VERSION", $"The {Spoken(field)} in {translation.Language} has no version; versions count from 1.");
        }
    }

    /// <summary>Distinct BCP 47 tags.</summary>
    public void Languages(string field, IReadOnlyCollection<string> tags, int most)
    {
        if (tags.Count > most)
            Break(field, "TOO_MANY", $"{tags.Count} languages are named; name at most {most}.");
        if (tags.FirstOrDefault(tag => !IsLanguageTag(tag)) is { } wrong)
            Break(field, "LANGUAGE", $"\"{Quoted(wrong)}\" is not a language tag; write one such as fr or pt-BR.");
        if (tags.Distinct(StringComparer.OrdinalIgnoreCase).Count() != tags.Count)
            Break(field, "LANGUAGE_TWICE", "A language is named twice; keep one.");
    }

    /// <summary>Distinct words of 1 to 40 characters.</summary>
    public void Words(string field, IReadOnlyCollection<string> words, int most, int longest, bool isLowerCase)
    {
        if (words.Count > most)
            Break(field, "TOO_MANY", $"There are {words.Count} {Spoken(field)}; keep at most {most}.");
        foreach (var word in words.Take(most))
        {
            Text(field, word, longest, isRequired: true);
            if (word != word.Trim())
                Break(field, "SPACES", $"\"{Quoted(word)}\" begins or ends with a space; remove it.");
            if (isLowerCase && word.EnumerateRunes().Any(Rune.IsUpper))
                Break(field, "CAPITALS", $"\"{Quoted(word)}\" has capitals; write it in lower case.");
        }

        if (words.Distinct(StringComparer.Ordinal).Count() != words.Count)
            Break(field, "TWICE", $"One of the {Spoken(field)} is there twice; keep one.");
    }

    /// <summary>An http or https address without a user name, or empty.</summary>
    public void Url(string field, string url, int longest = UrlLength)
    {
        if (url.Length == 0)
            return;
        if (url.Length > longest)
            Break(field, "TOO_LONG", $"The address has {url.Length} characters; use one of at most {longest}.");
        else if (url.Any(character => char.IsWhiteSpace(character) || char.IsControl(character))
            || !Uri.TryCreate(url, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp)
            || uri.Host.Length == 0)
            Break(field, "NOT_WEB", "The address must begin with https:// or http:// and contain no spaces.");
        else if (uri.UserInfo.Length > 0)
            Break(field, "USER_NAME", "The address contains a user name before an @, which hides where it leads; remove it.");
        else
            Text(field, url, longest);
    }

    /// <summary>An IANA zone by its spelling; whether it exists, the node knows.</summary>
    public void Zone(string field, string zone, bool isRequired)
    {
        if (zone.Length == 0)
        {
            if (isRequired)
                Break(field, "MISSING", "The time zone is missing; choose one such as Europe/Paris.");
            return;
        }

        var isZone = zone.Length <= ZoneLength && zone.Split('/').All(part =>
            part.Length > 0 && char.IsAsciiLetter(part[0]) && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '+'));
        if (!isZone)
            Break(field, "NOT_A_ZONE", $"\"{Quoted(zone)}\" is not a time zone; choose one such as Europe/Paris.");
    }

    /// <summary>A place; null is allowed.</summary>
    public void Place(string field, Place? place)
    {
        if (place is null)
            return;
        Text($"{field}.name", place.Name, VenueLength);
        Text($"{field}.address", place.Address, StreetLength);
        Text($"{field}.city", place.City, CityLength);
        Text($"{field}.region", place.Region, RegionLength);
        if (place.Country.Length > 0 && !(place.Country.Length == 2 && place.Country.All(char.IsAsciiLetterUpper)))
            Break($"{field}.country", "NOT_A_CODE", "The country must be two capital letters, such as FR.");
        if (place.Coordinates is { } at && !(Math.Abs(at.Latitude) <= 90 && Math.Abs(at.Longitude) <= 180))
            Break($"{field}.coordinates", "OUT_OF_RANGE", "Latitude lies between -90 and 90 degrees, longitude between -180 and 180.");
    }

    /// <summary>The spelling of a BCP 47 tag (RFC 5646 section 2.1, without extensions of one letter only).</summary>
    private static bool IsLanguageTag(string tag)
    {
        var parts = tag.Split('-');
        return tag.Length <= LanguageTagLength
            && parts[0].Length is 2 or 3
            && parts[0].All(char.IsAsciiLetter)
            && parts.Skip(1).All(part => part.Length is >= 1 and <= 8 && part.All(char.IsAsciiLetterOrDigit));
    }

    // Directional overrides and isolates reorder what people read, so that a text can look like another one (CVE-2021-42574).
    private static bool IsForbidden(Rune rune, bool hasLines) => rune.Value switch
    {
        '\n' => !hasLines,
        >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069 => true,
        0x2028 or 0x2029 or 0xFEFF => true,
        _ => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control,
    };

    private static string Spoken(string field) => field.Replace('.', ' ').Replace('_', ' ');

    // What is quoted back may be hostile itself.
    private static string Quoted(string text) => PeerText.Clean(text, length: 60);
}
