using Microsoft.Playwright;

namespace OuiShare.Federation.Web.Tests.Browser;

/// <summary>Every page, of a chapter that is full of life, for the person it is for.</summary>
[Collection(BrowserRoom.Name)]
public sealed class EveryPageTests(OpenChapter chapter)
{
    private const string Admin = "admin";

    [Theory]
    [InlineData("fr", Reader.Phone, ColorScheme.Dark)]
    [InlineData("es", Reader.Desk, ColorScheme.Light)]
    public async Task Axe_finds_nothing(string language, int width, ColorScheme scheme) =>
        Visit.AssertNone(await WalkAsync(new Reader(language, width, Scripts: true, scheme), withAxe: true));

    [Theory]
    [InlineData("en", Reader.Desk)]
    [InlineData("fr", Reader.Phone)]
    [InlineData("es", Reader.Phone)]
    public async Task Nothing_is_missing_without_scripts_in_any_language(string language, int width) =>
        Visit.AssertNone(await WalkAsync(new Reader(language, width, Scripts: false), withAxe: false));

    [Fact]
    public async Task A_page_for_others_says_so() => await chapter.VisitAsync(
        new Reader(),
        async visit =>
        {
            await visit.GoAsync("/settings", status: 403);
            await visit.LookAsync();
        },
        role: "member");

    private async Task<IReadOnlyList<string>> WalkAsync(Reader reader, bool withAxe)
    {
        var faults = new List<string>();
        await chapter.VisitAsync(reader, visit => WalkAsync(visit, PagesForAll(), withAxe, faults));
        await chapter.VisitAsync(reader, visit => WalkAsync(visit, PagesForAdmins(), withAxe, faults), Admin);
        return faults;
    }

    private static async Task WalkAsync(Visit visit, IEnumerable<(string Path, int Status)> pages, bool withAxe, List<string> faults)
    {
        foreach (var (path, status) in pages)
        {
            await visit.GoAsync(path, status);
            faults.AddRange(await visit.FindFaultsAsync(withAxe));
        }
    }

    private IEnumerable<(string Path, int Status)> PagesForAll() =>
    [
        ("/", 200),
        ("/?page=90", 200),
        ("/search?q=reparation", 200),
        ("/search?q=xylophone", 200),
        ("/search?q=atelier&when=any&place=Paris&radius=50&language=fr&format=workshop&tag=communs", 200),
        ("/search?when=soon&place=Atlantis&radius=0&page=99999", 200),
        (chapter.Events["paris-repair-cafe"], 200),
        (chapter.Events["paris-film-debate"], 200),
        (chapter.Events["paris-welcome-call"], 200),
        (chapter.Events["paris-tuesday-coworking"], 200),
        (chapter.Events["paris-fest"], 200),
        (chapter.Events["paris-deciding-without-boss"], 200),
        ("/chapters", 200),
        (ChapterPath, 200),
        ("/network", 200),
        ("/sign-in", 200),
        ("/sign-in/nothing", 404),
        ("/invitations/nothing", 404),
        ("/profile/mail/nothing", 404),
        ("/nothing", 404),
    ];

    private IEnumerable<(string Path, int Status)> PagesForAdmins() =>
    [
        ("/", 200),
        (chapter.Events["paris-film-debate"], 200),
        ("/my-events", 200),
        ("/drafts", 200),
        ("/events/new", 200),
        ($"/events/{IdOf("paris-fest")}/edit", 200),
        ($"/events/{IdOf("paris-film-debate")}/edit", 200),
        ($"/events/{IdOf("paris-fest")}/cancel", 200),
        ($"/events/{IdOf("paris-fest")}/withdraw", 200),
        ("/members", 200),
        ("/members/invite", 200),
        ("/network", 200),
        ("/network/invite", 200),
        ("/network/join", 200),
        ("/network/set-aside", 200),
        ("/import", 200),
        ("/profile", 200),
        ("/profile/leave", 200),
        ("/settings", 200),
        ("/welcome", 200),
    ];

    private string ChapterPath => "/chapters/" + chapter.Events["paris-fest"].Split('/')[2];

    private string IdOf(string uid) => chapter.Events[uid].Split('/')[^1];
}
