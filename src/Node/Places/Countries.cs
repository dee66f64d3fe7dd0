using System.Collections.Frozen;

namespace OuiShare.Federation.Node.Places;

/// <summary>
/// The countries of the world and what people call them, from a table of our own (CLDR, see NOTICE.md): a node gives the same
/// names on a machine without ICU. Immutable; safe for use by many threads.
/// </summary>
public sealed class Countries
{
    // The columns of countries.tsv after the code.
    private static readonly string[] Languages = ["en", "fr", "es", "it", "pt", "de", "ca"];

    private readonly FrozenDictionary<string, string[]> _names;
    private readonly FrozenDictionary<string, string> _codes;

    /// <summary>Reads the table that is built into this program.</summary>
    public Countries()
    {
        var rows = new Dictionary<string, string[]>();
        var folded = new Dictionary<string, string>();
        using var table = typeof(Countries).Assembly.GetManifestResourceStream("countries.tsv")
            ?? throw new InvalidOperationException("This assembly was built without countries.tsv.");
        using var reader = new StreamReader(table);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
                continue;
            var columns = line.Split('\t');
            rows.Add(columns[0], columns[1..(1 + Languages.Length)]);
            folded.Add(FoldedName.Of(columns[0]), columns[0]);
            // The first country with a name keeps it.
            foreach (var name in columns[1..(1 + Languages.Length)].Concat(columns[^1].Split('|', StringSplitOptions.RemoveEmptyEntries)))
                folded.TryAdd(FoldedName.Of(name), columns[0]);
        }

        _names = rows.ToFrozenDictionary();
        _codes = folded.ToFrozenDictionary();
    }

    /// <summary>Every ISO 3166-1 alpha-2 code, in capitals, ordered.</summary>
    public IEnumerable<string> Codes => _names.Keys.Order(StringComparer.Ordinal);

    /// <summary>What the country is called in a language; English when the table lacks it, the code when it lacks the country.</summary>
    /// <param name="code">ISO 3166-1 alpha-2 code in capitals.</param>
    /// <param name="language">BCP 47 tag; only its first part counts.</param>
    public string NameOf(string code, string language)
    {
        ArgumentNullException.ThrowIfNull(language);
        if (!_names.TryGetValue(code, out var inLanguages))
            return code;
        var column = Array.IndexOf(Languages, language.Split('-')[0].ToLowerInvariant());
        return inLanguages[Math.Max(0, column)];
    }

    /// <summary>The code of the country that goes by this name or code in any of the languages; null when there is none.</summary>
    public string? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _codes.GetValueOrDefault(FoldedName.Of(name));
    }

    /// <summary>The codes of the countries one of whose names begins so; maybe none.</summary>
    /// <param name="folded">A beginning, folded and not empty.</param>
    internal IReadOnlySet<string> Beginning(string folded) =>
        _codes.Where(known => known.Key.StartsWith(folded, StringComparison.Ordinal)).Select(known => known.Value).ToHashSet();
}
