using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Node.Problems;

namespace OuiShare.Federation.Web.Pages.Network;

/// <summary>
/// How this node stands with its peers. Everybody sees the chapters and how they are, in words; admins see every reading, and act.
/// </summary>
[Authorize(Policies.Anyone)]
public sealed class IndexModel(
    PeerDirectory peers, ChapterDirectory chapters, ChapterBlocks blocks, NodeProblems problems, IAuthorizationService authorization, TimeProvider time, PeerWords words,
    ProblemWords problemWords) : PageModel
{
    /// <summary>How often the page reloads itself when asked to.</summary>
    public static readonly TimeSpan Refresh = TimeSpan.FromSeconds(5);

    /// <summary>The peers, those that need a person first.</summary>
    public IReadOnlyList<PeerSheet> Peers { get; private set; } = [];

    /// <summary>The journals held.</summary>
    public IReadOnlyList<HeldJournal> Journals { get; private set; } = [];

    /// <summary>What is wrong with this node itself; only admins read it.</summary>
    public IReadOnlyList<SaidProblem> Problems { get; private set; } = [];

    /// <summary>The reader runs this node.</summary>
    public bool IsAdmin { get; private set; }

    /// <summary>The page reloads itself.</summary>
    [BindProperty(SupportsGet = true, Name = "live")]
    public bool IsLive { get; set; }

    /// <summary>Peers that are well.</summary>
    public int Fine => Peers.Count(peer => peer.Status.Activity is PeerActivity.UpToDate);

    /// <summary>Names of the peers that need the reader; only admins read it.</summary>
    public IReadOnlyList<string> InNeed => IsAdmin ? [.. Peers.Where(peer => peer.NeedsUs).Select(peer => peer.Name)] : [];

    /// <summary>Names of the peers whose own admin must act; only admins read it.</summary>
    public IReadOnlyList<string> InNeedOfThemselves => IsAdmin ? [.. Peers.Where(peer => peer.NeedsThem).Select(peer => peer.Name)] : [];

    /// <summary>Chapters that are blocked, and when each was; only admins read it.</summary>
    public IReadOnlyList<(BlockedChapter Chapter, TimeSpan Age)> Blocked { get; private set; } = [];

    /// <summary>Digest of all that is held: equal on nodes that hold the same.</summary>
    public string Digest { get; private set; } = "";

    /// <summary>This node's own key.</summary>
    public string OwnKey => chapters.Own.ToString();

    /// <summary>Name of the chapter with a key.</summary>
    public string NameOf(string origin) => Protocol.Origin.TryParse(origin, out var parsed) ? chapters.NameOf(parsed) : origin[..8];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        IsAdmin = (await authorization.AuthorizeAsync(User, Policies.Admin)).Succeeded;
        var now = time.GetUtcNow();
        // A peer that the admin holds off is nothing that visitors could do about.
        var statuses = (await peers.ListAsync(cancellationToken)).Where(status => IsAdmin || status.Activity is not (PeerActivity.Blocked or PeerActivity.Paused));
        Peers = [.. statuses.Select(status => IsAdmin ? words.Describe(status, now) : words.DescribeToVisitor(status, now)).OrderBy(peer => peer.Urgency).ThenBy(peer => peer.Name, StringComparer.CurrentCultureIgnoreCase)];
        if (IsAdmin)
        {
            Problems = [.. problems.List().Select(problem => problemWords.Say(problem, now))];
            Blocked = [.. blocks.List().Select(chapter => (chapter, now - chapter.BlockedAt))];
            Journals = peers.ListJournals();
            Digest = peers.FrontierDigest();
        }
    }
}
