using Microsoft.Playwright;

namespace OuiShare.Federation.Web.Tests.Browser;

/// <summary>
/// The first day of a chapter, as its admin lives it: she opens the link that the first start prints, names the chapter, writes an event, and
/// somebody who types no accents finds it. In the three languages of the pages, on a telephone and a laptop, with scripts and without.
/// Every page on the way is looked at.
/// </summary>
[Collection(BrowserRoom.Name)]
public sealed class FirstDayTests(OpenChapter chapter)
{
    [Theory]
    [InlineData("fr", Reader.Phone, true)]
    [InlineData("fr", Reader.Desk, false)]
    [InlineData("en", Reader.Phone, false)]
    [InlineData("en", Reader.Desk, true)]
    [InlineData("es", Reader.Phone, true)]
    [InlineData("es", Reader.Desk, false)]
    public async Task A_chapter_is_set_up_writes_an_event_and_is_found(string language, int width, bool scripts)
    {
        await using var node = await NewNode.StartAsync();
        var reader = new Reader(language, width, scripts);

        await chapter.Chromium.VisitAsync(node.Address, reader, async visit =>
        {
            await visit.GoAsync("/");
            await visit.LookAsync();
            await node.SetUpAsync(visit);
            await WriteEventAsync(visit);
            await SearchAsync(visit);
        });
        await chapter.Chromium.VisitAsync(node.Address, reader, async stranger =>
        {
            await stranger.GoAsync(node.SetUpPath, status: 410);
            await stranger.LookAsync();
        });
    }

    private static async Task WriteEventAsync(Visit visit)
    {
        var day = TimeProvider.System.GetLocalNow().AddDays(3);
        var page = visit.Page;
        await visit.FollowAsync("main a[href='/events/new']");
        await page.CheckAsync("input[name=format][value=workshop]");
        await page.Locator("details[open] input[name^=title-]").FillAsync("Atelier de réparation à la Guillotière");
        await page.Locator("details[open] textarea[name^=description-]").FillAsync("Apportez **tout** ce qui ne marche plus.");
        await page.FillAsync("#start-date", day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        await page.FillAsync("#start-time", "19:00");
        await page.FillAsync("#end-time", "22:00");
        await page.FillAsync("#venue", "La Maison");
        await page.FillAsync("#city", "Lyon, FR");
        await visit.LookAsync();
        await visit.FollowAsync(".form-end button[name=do][value=preview]");
        await visit.LookAsync();
        await visit.FollowAsync("main form button[name=do][value=publish]");

        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Atelier de réparation à la Guillotière");
        await Assertions.Expect(page.Locator(".prose strong")).ToHaveTextAsync("tout");
        await visit.LookAsync();
    }

    private static async Task SearchAsync(Visit visit)
    {
        var page = visit.Page;
        await visit.GoAsync("/");
        await Assertions.Expect(page.Locator(".row-title")).ToHaveTextAsync("Atelier de réparation à la Guillotière");
        await visit.LookAsync();
        await page.FillAsync("#q", "reparation guillotiere");
        await visit.FollowAsync(".finder button");
        Assert.StartsWith("/search?q=reparation", visit.Path, StringComparison.Ordinal);
        await Assertions.Expect(page.Locator(".row-title")).ToHaveTextAsync("Atelier de réparation à la Guillotière");
        await visit.LookAsync();
        await visit.FollowAsync(".row-title a");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Atelier de réparation à la Guillotière");
    }
}
