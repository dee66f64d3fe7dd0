using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.Node.Search;
using OuiShare.Federation.Search;
using OuiShare.Federation.Web.Pages.Shared;
using OuiShare.Federation.Web.Questions;
using OuiShare.Federation.Web.Text;

namespace OuiShare.Federation.Web.Pages.Search;

/// <summary>Events of the whole network that answer a question; where none does, those that answer a wider one.</summary>
[Authorize(Policies.Anyone)]
internal sealed class SearchModel(EventSearch search, ChapterDirectory chapters, Gazetteer gazetteer, EventRows rows, CoverageReader coverage) : PageModel
{
    /// <summary>Events listed for each wider question.</summary>
    private const int MostFurther = 5;

    /// <summary>How much farther "farther" is.</summary>
    private const int FartherKm = 200;

    public EventQuestion Question { get; private set; } = null!;

    public Finder Finder { get; private set; } = null!;

    /// <summary>The place asked for; null when none was.</summary>
    public AskedPlace? Place { get; private set; }

    public IReadOnlyList<EventRow> Rows { get; private set; } = [];

    public Pager Pager { get; private set; } = null!;

    public Coverage Coverage { get; private set; } = null!;

    /// <summary>No event has all the words; these have some.</summary>
    public bool IsAnyWord { get; private set; }

    /// <summary>What wider questions found; each with the key of its heading.</summary>
    public IReadOnlyList<(string Heading, EventQuestion Question, IReadOnlyList<EventRow> Rows)> Further { get; private set; } = [];

    /// <summary>Wider questions to ask with a click; each with the key of its words.</summary>
    public IReadOnlyList<(string Words, EventQuestion Question)> Wider { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Question = EventQuestion.Read(Request.Query);
        if (Question.Chapter.Length > 0 && chapters.FindOrigin(Question.Chapter) is null)
            Question = Question with { Chapter = "", Problems = [.. Question.Problems, "search.problem.chapter"] };
        Finder = Finder.Make(Question, chapters);
        Place = AskedPlace.Find(gazetteer, Question.Place);
        if (Place is { Match: null })
            Question = Question with { Problems = [.. Question.Problems, "search.place.unknown"] };

        var found = await FindAsync(Question, EventQuestion.PageSize, cancellationToken);
        Rows = found.Rows;
        IsAnyWord = found.Results.Relaxation == SearchRelaxation.AnyWord && Rows.Count > 0;
        Pager = new Pager(Question, "/search", Rows.Count, found.Results.Total, found.Results.IsTotalExact, IsByTime: false);
        Coverage = await coverage.ReadAsync(cancellationToken);
        Wider = ListWider();
        if (found.Results.Total == 0 && !Question.IsOpen)
            Further = await LookFurtherAsync(cancellationToken);
    }

    private List<(string Words, EventQuestion Question)> ListWider()
    {
        var question = Question with { Page = 1 };
        var wider = new List<(string Words, EventQuestion Question)>();
        if (question.When == SearchWhen.Upcoming)
            wider.Add(("search.wider.past", question with { When = SearchWhen.Past }));
        if (Place?.Match is not null && question.RadiusKm < FartherKm)
            wider.Add(("search.wider.farther", question with { RadiusKm = FartherKm }));
        if (question.Place.Length > 0)
            wider.Add(("search.wider.anywhere", question with { Place = "" }));
        if (question.Language.Length > 0)
            wider.Add(("search.wider.languages", question with { Language = "" }));
        if (question.Chapter.Length > 0)
            wider.Add(("search.wider.chapters", question with { Chapter = "" }));
        if (question.Format is not null)
            wider.Add(("search.wider.formats", question with { Format = null }));
        return wider;
    }

    private async Task<List<(string Heading, EventQuestion Question, IReadOnlyList<EventRow> Rows)>> LookFurtherAsync(CancellationToken cancellationToken)
    {
        var question = Question with { Page = 1 };
        var filtersDropped = question with { Place = "", Language = "", Chapter = "", Format = null };
        (string Heading, EventQuestion Question)[] tries =
        [
            ("search.further.anywhere", question with { Place = "" }),
            ("search.further.filters", filtersDropped),
            ("search.further.past", question with { When = SearchWhen.Past }),
            ("search.further.past-anywhere", filtersDropped with { When = SearchWhen.Past }),
        ];
        var further = new List<(string Heading, EventQuestion Question, IReadOnlyList<EventRow> Rows)>();
        // The same events are not listed twice: a wider question adds what a narrower one did not find.
        var shown = new HashSet<string>();
        foreach (var (heading, wider) in tries.DistinctBy(each => each.Question.Link("")).Where(each => each.Question.Link("") != question.Link("")))
        {
            var found = await FindAsync(wider, MostFurther, cancellationToken);
            IReadOnlyList<EventRow> added = [.. found.Rows.Where(row => shown.Add(row.Href))];
            if (added.Count > 0)
                further.Add((heading, wider, added));
        }

        return further;
    }

    private async Task<(EventResults Results, IReadOnlyList<EventRow> Rows)> FindAsync(EventQuestion question, int limit, CancellationToken cancellationToken)
    {
        var near = question.Place.Length > 0 ? Place?.Point : null;
        var results = await search.FindAsync(question.ToQuery(near) with { Limit = limit }, cancellationToken);
        return (results, rows.Make(results.Hits, ReaderLanguages.Of(Request), User));
    }
}
