using Microsoft.AspNetCore.Http.Extensions;
using OuiShare.Federation.Node.Search;
using OuiShare.Federation.Search;
using OuiShare.Federation.V1;
using OuiShare.Federation.Web.Text;

namespace OuiShare.Federation.Web.Questions;

/// <summary>
/// What a person asks for in the search form, and what the address of its answer says: the same names in the page, in its calendar and
/// in its feed. What cannot be read is left out and named in <see cref="Problems"/>.
/// </summary>
internal sealed record EventQuestion
{
    /// <summary>Events on a page.</summary>
    public const int PageSize = 20;

    /// <summary>The deepest page: the index reads no further.</summary>
    public const int LastPage = SearchLimits.Depth / PageSize;

    /// <summary>The radius when none is said, in kilometres.</summary>
    public const int UsualRadiusKm = 50;

    // No place and no tag is longer.
    private const int LongestWord = 200;

    /// <summary>The radii that the form offers, in kilometres.</summary>
    public static IReadOnlyList<int> Radii { get; } = [5, 20, UsualRadiusKm, 100, 200, 500];

    /// <summary>What is looked for.</summary>
    public string Words { get; init; } = "";

    /// <summary>Which side of now.</summary>
    public SearchWhen When { get; init; } = SearchWhen.Upcoming;

    /// <summary>A place as it was typed; empty: anywhere.</summary>
    public string Place { get; init; } = "";

    /// <summary>How far around the place, in kilometres.</summary>
    public int RadiusKm { get; init; } = UsualRadiusKm;

    /// <summary>First 20 digits of a chapter's key; empty: all.</summary>
    public string Chapter { get; init; } = "";

    /// <summary>BCP 47 tag; empty: all.</summary>
    public string Language { get; init; } = "";

    /// <summary>A sort of gathering; null: all.</summary>
    public EventFormat? Format { get; init; }

    /// <summary>A tag; empty: all.</summary>
    public string Tag { get; init; } = "";

    /// <summary>Which page, from 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>Keys of the sentences that say what could not be read.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Nothing narrows it: it asks for everything that is upcoming.</summary>
    public bool IsOpen => (this with { Page = 1 }).ToParts().Count == 0;

    /// <summary>Reads the address of an answer.</summary>
    public static EventQuestion Read(IQueryCollection query)
    {
        var problems = new List<string>();
        string Text(string name, int most)
        {
            var text = VisibleText.Of(query[name].ToString());
            return text.Length <= most ? text : VisibleText.Of(text[..most]);
        }

        return new EventQuestion
        {
            Words = Text("q", SearchLimits.QueryText),
            When = ReadWhen(Text("when", LongestWord), problems),
            Place = Text("place", LongestWord),
            RadiusKm = ReadNumber(Text("radius", LongestWord), UsualRadiusKm, most: 1_000, "search.problem.radius", problems),
            Chapter = Text("chapter", LongestWord).ToLowerInvariant(),
            Language = Text("language", LongestWord),
            Format = ReadFormat(Text("format", LongestWord), problems),
            Tag = Text("tag", LongestWord),
            Page = ReadNumber(Text("page", LongestWord), 1, LastPage, "search.problem.page", problems),
            Problems = problems,
        };
    }

    /// <summary>The question as the node's search takes it.</summary>
    /// <param name="near">Where the place lies; null: anywhere.</param>
    public EventQuery ToQuery(SearchPoint? near) => new()
    {
        Text = Words,
        When = When,
        Near = near,
        RadiusKm = RadiusKm,
        Chapter = Chapter.Length == 0 ? null : Chapter,
        Language = Language.Length == 0 ? null : Language,
        Format = Format,
        Tag = Tag.Length == 0 ? null : Tag,
        Offset = (Page - 1) * PageSize,
        Limit = PageSize,
    };

    /// <summary>The address of its answer: <paramref name="path"/> with what the question says.</summary>
    public string Link(string path) => path + new QueryBuilder(ToParts()).ToQueryString();

    private List<KeyValuePair<string, string>> ToParts()
    {
        var parts = new List<KeyValuePair<string, string>>();
        void Add(string name, string value, bool isSaid)
        {
            if (isSaid)
                parts.Add(new(name, value));
        }

        Add("q", Words, Words.Length > 0);
        Add("when", NameOf(When), When != SearchWhen.Upcoming);
        Add("place", Place, Place.Length > 0);
        Add("radius", $"{RadiusKm}", Place.Length > 0 && RadiusKm != UsualRadiusKm);
        Add("chapter", Chapter, Chapter.Length > 0);
        Add("language", Language, Language.Length > 0);
        Add("format", Format is { } format ? FormatWords.KeyOf(format) : "", Format is not null);
        Add("tag", Tag, Tag.Length > 0);
        Add("page", $"{Page}", Page > 1);
        return parts;
    }

    /// <summary>What a side of now is called in addresses.</summary>
    public static string NameOf(SearchWhen when) => when.ToString().ToLowerInvariant();

    private static SearchWhen ReadWhen(string text, List<string> problems)
    {
        foreach (var when in Enum.GetValues<SearchWhen>())
        {
            if (text == NameOf(when))
                return when;
        }

        if (text.Length > 0)
            problems.Add("search.problem.when");
        return SearchWhen.Upcoming;
    }

    private static EventFormat? ReadFormat(string text, List<string> problems)
    {
        var format = FormatWords.Find(text);
        if (format is null && text.Length > 0)
            problems.Add("search.problem.format");
        return format;
    }

    private static int ReadNumber(string text, int usual, int most, string problem, List<string> problems)
    {
        if (text.Length == 0)
            return usual;
        if (int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most)
            return number;
        problems.Add(problem);
        return usual;
    }
}
