using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Node.Search;
using OuiShare.Federation.Search;
using OuiShare.Federation.V1;
using OuiShare.Federation.Web.Pages.Shared;
using OuiShare.Federation.Web.Text;
using Origin = OuiShare.Federation.Protocol.Origin;

namespace OuiShare.Federation.Web.Pages.Chapters;

/// <summary>A chapter: who they are, what they do next, and how its journal is held here.</summary>
[Authorize(Policies.Anyone)]
internal sealed class ChapterModel(ChapterDirectory chapters, PeerDirectory peers, EventSearch search, EventRows rows, IAuthorizationService authorization, TimeProvider time)
    : PageModel
{
    /// <summary>Events to come that are listed.</summary>
    private const int MostUpcoming = 20;

    /// <summary>Past events that are listed.</summary>
    private const int MostPast = 5;

    /// <summary>Digits of the key in a group: as people read it to each other.</summary>
    private const int KeyGroup = 4;

    public Origin Origin { get; private set; }

    public string Name { get; private set; } = "";

    public bool IsOwn { get; private set; }

    /// <summary>The reader runs this node, and may block the chapter.</summary>
    public bool IsAdmin { get; private set; }

    /// <summary>As it describes itself; null while unknown.</summary>
    public ChapterRecord? Record { get; private set; }

    public ReaderText? Description { get; private set; }

    public WebLink? Address { get; private set; }

    public IReadOnlyList<EventRow> Upcoming { get; private set; } = [];

    public IReadOnlyList<EventRow> Past { get; private set; } = [];

    public int UpcomingTotal { get; private set; }

    public int PastTotal { get; private set; }

    /// <summary>Members who asked to be shown to the network.</summary>
    public IReadOnlyList<MemberRecord> Members { get; private set; } = [];

    /// <summary>Its journals, one for each epoch.</summary>
    public IReadOnlyList<HeldJournal> Journals { get; private set; } = [];

    public ReaderLanguages Languages { get; private set; } = null!;

    /// <summary>Its key in groups of digits.</summary>
    public string Fingerprint { get; private set; } = "";

    /// <summary>Entries held of it.</summary>
    public long Entries => Journals.Sum(journal => (long)journal.Size);

    /// <summary>Records whose text has not arrived.</summary>
    public long MissingBodies => Journals.Sum(journal => journal.MissingBodies);

    /// <summary>Why one of its journals is no longer followed; null: all are.</summary>
    public string? Quarantine => Journals.Select(journal => journal.Quarantine).FirstOrDefault(reason => reason is not null);

    /// <summary>How long ago its newest entry was written, by its own clock; null: it has none.</summary>
    public TimeSpan? NewestAge => Journals.Max(journal => journal.NewestEntryAt) is { } newest ? TimeSpan.FromTicks(Math.Max(0, (time.GetUtcNow() - newest).Ticks)) : null;

    public async Task<IActionResult> OnGetAsync(string originShort, CancellationToken cancellationToken)
    {
        if (chapters.FindOrigin(originShort) is not { } origin)
            return NotFound();

        Languages = ReaderLanguages.Of(Request);
        IsAdmin = (await authorization.AuthorizeAsync(User, Policies.Admin)).Succeeded;
        (Origin, Name, Record, IsOwn) = (origin, chapters.NameOf(origin), chapters.Find(origin), origin == chapters.Own);
        Description = Languages.Choose(Record?.Description);
        Address = WebLink.Read(Record?.Address ?? "");
        Fingerprint = string.Join(' ', origin.ToString().Chunk(KeyGroup).Select(group => new string(group)));
        Journals = [.. peers.ListJournals().Where(journal => journal.Origin == origin.ToString())];
        Members = chapters.ListShownMembers(origin);
        (Upcoming, UpcomingTotal) = await FindAsync(SearchWhen.Upcoming, MostUpcoming, cancellationToken);
        (Past, PastTotal) = await FindAsync(SearchWhen.Past, MostPast, cancellationToken);
        return Page();
    }

    private async Task<(IReadOnlyList<EventRow> Rows, int Total)> FindAsync(SearchWhen when, int limit, CancellationToken cancellationToken)
    {
        var found = await search.FindAsync(new EventQuery { Chapter = Origin.Short, When = when, Limit = limit }, cancellationToken);
        return (rows.Make(found.Hits, Languages, User), found.Total);
    }
}
