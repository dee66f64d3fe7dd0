using System.Collections.Frozen;

namespace OuiShare.Federation.Node.Places;

/// <summary>The other names of cities, from exonyms.tsv: who looks for Prague finds what is in Praha. Immutable; safe for use by many threads.</summary>
internal sealed class CityNames
{
    private readonly FrozenDictionary<(string Country, string Folded), string> _others;

    /// <summary>Reads the table that is built into this program.</summary>
    public CityNames()
    {
        var others = new Dictionary<(string, string), string>();
        using var table = typeof(CityNames).Assembly.GetManifestResourceStream("exonyms.tsv")
            ?? throw new InvalidOperationException("This assembly was built without exonyms.tsv.");
        using var reader = new StreamReader(table);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line.StartsWith('#'))
                continue;
            var columns = line.Split('\t');
            string[] names = [columns[2], columns[1], .. columns[3].Split('|')];
            var all = string.Join(' ', names.Distinct());
            foreach (var name in names)
                others.TryAdd((columns[0], FoldedName.Of(name)), all);
        }

        _others = others.ToFrozenDictionary();
    }

    /// <summary>All names of a city that has several, with spaces between; empty for any other.</summary>
    /// <param name="city">One of its names.</param>
    /// <param name="country">ISO 3166-1 alpha-2 code.</param>
    public string Of(string city, string country) => _others.GetValueOrDefault((country, FoldedName.Of(city)), "");
}
