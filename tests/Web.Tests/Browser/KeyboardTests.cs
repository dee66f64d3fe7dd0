using Microsoft.Playwright;

namespace OuiShare.Federation.Web.Tests.Browser;

/// <summary>Whoever has no mouse gets everywhere, and always sees where she is.</summary>
[Collection(BrowserRoom.Name)]
public sealed class KeyboardTests(OpenChapter chapter)
{
    /// <summary>More stops than any of the paths has; a path that is longer is lost.</summary>
    private const int MostStops = 80;

    [Theory]
    [InlineData(Reader.Phone, ColorScheme.Light)]
    [InlineData(Reader.Desk, ColorScheme.Dark)]
    public Task Search_and_a_result_are_reached_with_the_keyboard_alone(int width, ColorScheme scheme) =>
        chapter.VisitAsync(new Reader(Width: width, Scheme: scheme), async visit =>
        {
            var page = visit.Page;
            await visit.GoAsync("/");

            await TabToAsync(visit, "#q");
            await page.Keyboard.TypeAsync("reparation");
            await visit.WhileLoadingAsync(() => page.Keyboard.PressAsync("Enter"));
            Assert.StartsWith("/search?q=reparation", visit.Path, StringComparison.Ordinal);
            await TabToAsync(visit, ".row-title a");
            await visit.WhileLoadingAsync(() => page.Keyboard.PressAsync("Enter"));

            Assert.StartsWith("/events/", visit.Path, StringComparison.Ordinal);
        });

    [Fact]
    public Task The_first_stop_skips_the_frame() => chapter.VisitAsync(new Reader(), async visit =>
    {
        await visit.GoAsync("/chapters");
        await visit.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(visit.Page.Locator(".skip")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.Keyboard.PressAsync("Tab");

        Assert.True(await visit.Page.EvaluateAsync<bool>("() => document.querySelector('main').contains(document.activeElement)"));
    });

    [Fact]
    public Task A_menu_opens_and_its_links_follow() => chapter.VisitAsync(
        new Reader(),
        async visit =>
        {
            await visit.GoAsync("/");
            await TabToAsync(visit, ".top-tools .menu:has(a[href='/profile']) summary");
            await visit.Page.Keyboard.PressAsync("Enter");
            await TabToAsync(visit, "a[href='/my-events']");
            await visit.WhileLoadingAsync(() => visit.Page.Keyboard.PressAsync("Enter"));

            Assert.Equal("/my-events", visit.Path);
        },
        role: "member");

    // Every stop on the way must be seen: in the window, with a ring around it.
    private static async Task TabToAsync(Visit visit, string selector)
    {
        var target = visit.Page.Locator(selector).First;
        for (var stop = 0; stop < MostStops; stop++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            var unseen = await visit.Page.EvaluateAsync<string>(
                """
                () => {
                  const stop = document.activeElement, style = getComputedStyle(stop), box = stop.getBoundingClientRect();
                  const name = stop.tagName + '.' + stop.className + ' ' + stop.textContent.trim().slice(0, 30);
                  if (stop === document.body) return '';
                  if (box.width === 0 || box.bottom < 0 || box.top > innerHeight) return name + ' is not in the window';
                  const hasRing = e => { const s = getComputedStyle(e); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2; };
                  return hasRing(stop) || (stop.parentElement && hasRing(stop.parentElement)) ? '' : name + ' has no ring';
                }
                """);
            Assert.True(unseen.Length == 0, $"{visit.Path}: {unseen}");
            if (await target.EvaluateAsync<bool>("element => element === document.activeElement"))
                return;
        }

        Assert.Fail($"{visit.Path}: {selector} is not reached with {MostStops} tabs.");
    }
}
