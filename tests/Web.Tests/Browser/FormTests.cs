using Microsoft.Playwright;

namespace OuiShare.Federation.Web.Tests.Browser;

/// <summary>A form that is refused keeps what was typed, and says what to put right and where.</summary>
[Collection(BrowserRoom.Name)]
public sealed class FormTests(OpenChapter chapter)
{
    [Theory]
    [InlineData("en", true, "Say on which day it begins.")]
    [InlineData("fr", false, "Dites quel jour il commence.")]
    [InlineData("es", true, "Di qué día empieza.")]
    public Task A_refused_event_keeps_what_was_typed_and_names_the_field(string language, bool scripts, string sentence) => chapter.VisitAsync(
        new Reader(language, Reader.Phone, scripts),
        async visit =>
        {
            var page = visit.Page;
            await visit.GoAsync("/events/new");
            await page.CheckAsync("input[name=format][value=drink]");
            await page.Locator("details[open] input[name^=title-]").FillAsync("Un « verre » & plus <b>");
            await page.Locator("details[open] textarea[name^=description-]").FillAsync("Première ligne\n\nDeuxième ligne");
            await page.FillAsync("#end-time", "22:30");
            await page.FillAsync("#venue", "Chez Simone");
            await page.FillAsync("#capacity", "beaucoup");
            await page.FillAsync("#online", "nulle part");
            await visit.FollowAsync("main form button[name=do][value=publish]");

            await Assertions.Expect(page.Locator(".notice-stop[role=alert] a[href='#capacity']")).ToBeVisibleAsync();
            await AssertRefusedAsync(page, "#capacity");
            await Assertions.Expect(page.Locator("#capacity")).ToHaveValueAsync("beaucoup");
            await page.FillAsync("#capacity", "40");
            await visit.FollowAsync("main form button[name=do][value=publish]");

            await AssertRefusedAsync(page, "#start-date");
            await Assertions.Expect(page.Locator("#start-date-refusal")).ToContainTextAsync(sentence);
            await AssertRefusedAsync(page, "#online");
            await Assertions.Expect(page.Locator("input[name=format][value=drink]")).ToBeCheckedAsync();
            await Assertions.Expect(page.Locator("details[open] input[name^=title-]").First).ToHaveValueAsync("Un « verre » & plus <b>");
            await Assertions.Expect(page.Locator("details[open] textarea[name^=description-]").First).ToHaveValueAsync("Première ligne\n\nDeuxième ligne");
            await Assertions.Expect(page.Locator("#end-time")).ToHaveValueAsync("22:30");
            await Assertions.Expect(page.Locator("#venue")).ToHaveValueAsync("Chez Simone");
            await Assertions.Expect(page.Locator("#online")).ToHaveValueAsync("nulle part");
            await visit.LookAsync();
        },
        role: "connector");

    [Fact]
    public Task The_sentence_of_a_refusal_leads_to_its_field() => chapter.VisitAsync(
        new Reader(),
        async visit =>
        {
            await visit.GoAsync("/events/new");
            await visit.FollowAsync("main form button[name=do][value=publish]");
            await visit.Page.ClickAsync(".notice-stop[role=alert] a[href='#start-date']");

            await Assertions.Expect(visit.Page.Locator("#start-date")).ToBeInViewportAsync();
        },
        role: "connector");

    [Fact]
    public async Task A_refused_set_up_keeps_what_was_typed_and_asks_which_town_is_meant()
    {
        await using var node = await NewNode.StartAsync();

        await chapter.Chromium.VisitAsync(node.Address, new Reader(Width: Reader.Phone), async visit =>
        {
            var page = visit.Page;
            await visit.GoAsync(node.SetUpPath);
            await page.FillAsync("#name", "OuiShare Valencia");
            await visit.FollowAsync("main form button");

            await AssertRefusedAsync(page, "#place");
            await AssertRefusedAsync(page, "#admin");
            await Assertions.Expect(page.Locator("#name")).ToHaveValueAsync("OuiShare Valencia");
            await visit.LookAsync();

            await page.FillAsync("#place", "Valencia");
            await page.FillAsync("#admin", "Ada");
            await visit.FollowAsync("main form button");
            await visit.LookAsync();
            await page.Locator("input[name=place-choice]").First.CheckAsync();
            await visit.FollowAsync("main form button");

            Assert.Equal("/welcome", visit.Path);
            await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("OuiShare Valencia");
        });
    }

    [Theory]
    [InlineData("/network/join", "#invitation", "ouishare:nonsense")]
    [InlineData("/import", "#address", "ftp://example.org/calendar.ics")]
    [InlineData("/members/invite", "#mail", "nobody")]
    [InlineData("/settings", "#place", "Atlantis")]
    public Task What_cannot_be_used_is_refused_beside_its_field_and_kept(string path, string field, string typed) => chapter.VisitAsync(
        new Reader(Width: Reader.Phone),
        async visit =>
        {
            await visit.GoAsync(path);
            await visit.Page.FillAsync(field, typed);
            await visit.FollowAsync("main form:has(" + field + ") button");

            await AssertRefusedAsync(visit.Page, field);
            await Assertions.Expect(visit.Page.Locator(field)).ToHaveValueAsync(typed);
            await visit.LookAsync();
        },
        role: "admin");

    private static async Task AssertRefusedAsync(IPage page, string field)
    {
        await Assertions.Expect(page.Locator(field)).ToHaveAttributeAsync("aria-invalid", "true");
        await Assertions.Expect(page.Locator(field)).ToHaveAttributeAsync("aria-describedby", new System.Text.RegularExpressions.Regex($"\\b{field[1..]}-refusal\\b"));
        await Assertions.Expect(page.Locator(field + "-refusal")).Not.ToBeEmptyAsync();
    }
}
