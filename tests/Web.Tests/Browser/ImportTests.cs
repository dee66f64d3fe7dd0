using System.Globalization;
using System.Text;
using Microsoft.Playwright;

namespace OuiShare.Federation.Web.Tests.Browser;

/// <summary>A chapter brings the calendar it has.</summary>
[Collection(BrowserRoom.Name)]
public sealed class ImportTests(OpenChapter chapter)
{
    /// <summary>Events of the calendar: many pages of the list.</summary>
    private const int Events = 500;

    /// <summary>Most bytes of a page, uncompressed, however many events there are.</summary>
    private const int MostBytes = 60_000;

    [Fact]
    public async Task A_large_calendar_is_taken_but_for_its_bad_entry_and_the_home_page_stays_light()
    {
        await using var node = await NewNode.StartAsync();

        await chapter.Chromium.VisitAsync(node.Address, new Reader("fr", Reader.Phone), async visit =>
        {
            var page = visit.Page;
            await node.SetUpAsync(visit);
            await visit.GoAsync("/import");
            await page.SetInputFilesAsync("#file", new FilePayload { Name = "agenda.ics", MimeType = "text/calendar", Buffer = Encoding.UTF8.GetBytes(Calendar()) });
            await visit.FollowAsync("main form button");

            await Assertions.Expect(page.Locator(".figure strong")).ToHaveTextAsync(["500", "0", "0", "1"]);
            await Assertions.Expect(page.Locator(".problem")).ToContainTextAsync("bad@example.org");
            await Assertions.Expect(page.Locator(".problem > p").First).ToHaveTextAsync("«\u00a0tomorrow\u00a0» n’est pas une date ni une heure (DTSTART).");
            await visit.LookAsync();

            await visit.GoAsync("/");
            await Assertions.Expect(page.Locator(".row").First).ToBeVisibleAsync();
            await visit.LookAsync();
            var bytes = Encoding.UTF8.GetByteCount(await page.ContentAsync());
            Assert.True(bytes <= MostBytes, $"The home page has {bytes} bytes; {MostBytes} are the most.");
            await visit.FollowAsync(".pager a[rel=next]");
            await visit.LookAsync();
        });
    }

    [Fact]
    public async Task An_event_online_says_so_without_an_address_and_one_that_left_its_calendar_is_cancelled_as_chosen()
    {
        await using var node = await NewNode.StartAsync();

        await chapter.Chromium.VisitAsync(node.Address, new Reader("en", Reader.Phone), async visit =>
        {
            var page = visit.Page;
            await node.SetUpAsync(visit);
            await ImportAsync(visit, Event("1", "Stays", "Microsoft Teams Meeting") + Event("2", "Leaves", "Lyon"), gone: null);
            await visit.GoAsync("/");
            await Assertions.Expect(page.Locator(".row", new PageLocatorOptions { HasText = "Stays" })).ToContainTextAsync("Online");
            await visit.FollowAsync(".row-title a:text('Stays')");
            await Assertions.Expect(page.Locator("dl")).ToContainTextAsync("Microsoft Teams Meeting");
            await Assertions.Expect(page.Locator("dl")).Not.ToContainTextAsync("Place to be announced");
            await visit.LookAsync();

            await ImportAsync(visit, Event("1", "Stays", "Microsoft Teams Meeting"), gone: "cancel");

            await Assertions.Expect(page.Locator(".problem")).ToContainTextAsync("“Leaves”");
            await Assertions.Expect(page.Locator(".problem")).ToContainTextAsync("cancelled");
            await visit.LookAsync();
        });
    }

    private static async Task ImportAsync(Visit visit, string events, string? gone)
    {
        var calendar = $"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nX-WR-CALNAME:Ours\r\n{events}END:VCALENDAR\r\n";
        await visit.GoAsync("/import");
        await visit.Page.SetInputFilesAsync("#file", new FilePayload { Name = "agenda.ics", MimeType = "text/calendar", Buffer = Encoding.UTF8.GetBytes(calendar) });
        if (gone is not null)
            await visit.Page.SelectOptionAsync("#gone", gone);
        await visit.FollowAsync("main form button");
    }

    private static string Event(string uid, string title, string location) =>
        string.Create(CultureInfo.InvariantCulture, $"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART:{TimeProvider.System.GetUtcNow().AddDays(3):yyyyMMdd'T'HHmmss}Z\r\nSUMMARY:{title}\r\nLOCATION:{location}\r\nEND:VEVENT\r\n");

    private static string Calendar()
    {
        var calendar = new StringBuilder("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n");
        var start = TimeProvider.System.GetUtcNow().Date.AddDays(1);
        for (var i = 0; i < Events; i++)
        {
            calendar.Append(CultureInfo.InvariantCulture, $"BEGIN:VEVENT\r\nUID:{i}@example.org\r\nDTSTAMP:20260101T000000Z\r\n")
                .Append(CultureInfo.InvariantCulture, $"DTSTART:{start.AddHours(i):yyyyMMdd'T'HHmmss}Z\r\nSUMMARY:Rencontre des voisins et voisines du quartier\\, numéro {i}\r\n")
                .Append("LOCATION:La Maison des associations\\, Lyon\r\nEND:VEVENT\r\n");
        }

        return calendar.Append("BEGIN:VEVENT\r\nUID:bad@example.org\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:tomorrow\r\nSUMMARY:?\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n").ToString();
    }
}
