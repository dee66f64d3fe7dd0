using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Search;
using OuiShare.Federation.Search;
using OuiShare.Federation.Web.Pages.Shared;
using OuiShare.Federation.Web.Questions;
using OuiShare.Federation.Web.Text;

namespace OuiShare.Federation.Web.Pages.Home;

/// <summary>The first page: search, and what comes next in the whole network.</summary>
[Authorize(Policies.Anyone)]
internal sealed class IndexModel(EventSearch search, ChapterDirectory chapters, EventRows rows, CoverageReader coverage, ChapterFigures figures) : PageModel
{
    /// <summary>Chapters listed beside the events.</summary>
    private const int ChaptersBeside = 7;

    public bool IsSetUp { get; private set; }

    /// <summary>Nothing was ever published here or brought here.</summary>
    public bool IsEmpty { get; private set; }

    public string ChapterName { get; private set; } = "";

    public Finder Finder { get; private set; } = null!;

    public IReadOnlyList<EventDay> Days { get; private set; } = [];

    public Pager Pager { get; private set; } = null!;

    public Coverage Coverage { get; private set; } = null!;

    public IReadOnlyList<(KnownChapter Chapter, int Upcoming)> Beside { get; private set; } = [];

    public Role Role { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        Role = User.ToActor().Role;
        IsSetUp = chapters.IsSetUp;
        if (!IsSetUp)
            return Page();

        // Home is a list by time; what narrows it belongs to the search page.
        var question = EventQuestion.Read(Request.Query);
        var list = new EventQuestion { Page = question.Page };
        if (!(question with { Page = 1 }).IsOpen)
            return Redirect(question.Link("/search"));

        ChapterName = chapters.NameOf(chapters.Own);
        Finder = Finder.Make(list, chapters);
        var found = await search.FindAsync(list.ToQuery(near: null), cancellationToken);
        Days = rows.ByDay(rows.Make(found.Hits, ReaderLanguages.Of(Request), User));
        Pager = new Pager(list, "/", found.Hits.Count, found.Total, found.IsTotalExact, IsByTime: true);
        Coverage = await coverage.ReadAsync(cancellationToken);
        IsEmpty = found.Total == 0 && await search.CountAsync(cancellationToken) == 0;
        Beside = await ListBesideAsync(cancellationToken);
        return Page();
    }

    private async Task<IReadOnlyList<(KnownChapter Chapter, int Upcoming)>> ListBesideAsync(CancellationToken cancellationToken)
    {
        var beside = new List<(KnownChapter Chapter, int Upcoming)>();
        foreach (var chapter in Finder.Chapters.OrderByDescending(chapter => chapter.IsOwn).Take(ChaptersBeside))
            beside.Add((chapter, await figures.CountAsync(chapter.Origin.Short, SearchWhen.Upcoming, cancellationToken)));
        return beside;
    }
}
