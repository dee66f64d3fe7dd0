using Microsoft.Playwright;

namespace OuiShare.Federation.Web.Tests.Browser;

/// <summary>How people come in, come back, and show themselves.</summary>
[Collection(BrowserRoom.Name)]
public sealed class MemberTests(OpenChapter chapter)
{
    [Theory]
    [InlineData("fr", Reader.Phone, true)]
    [InlineData("es", Reader.Desk, false)]
    public async Task An_invitation_is_made_by_an_admin_and_accepted_once_by_somebody_else(string language, int width, bool scripts)
    {
        var invitation = "";
        await chapter.VisitAsync(
            new Reader(language, width, scripts),
            async admin =>
            {
                await admin.GoAsync("/members");
                await admin.FollowAsync("main a[href='/members/invite']");
                await admin.FollowAsync("main form button");
                await admin.LookAsync();
                invitation = new Uri((await admin.Page.InnerTextAsync(".to-copy")).Trim()).AbsolutePath;
            },
            role: "admin");

        var name = "Nour " + language;
        await chapter.VisitAsync(new Reader(language, width, scripts), async invited =>
        {
            await invited.GoAsync(invitation);
            await invited.LookAsync();
            await invited.Page.FillAsync("#name", name);
            await invited.FollowAsync("main form button");

            Assert.Equal("/profile", invited.Path);
            await invited.LookAsync();
            await invited.GoAsync("/members");
            await Assertions.Expect(invited.Page.Locator(".person-name", new() { HasTextString = name })).ToHaveCountAsync(1);
        });
        await chapter.VisitAsync(new Reader(language, width, scripts), async late =>
        {
            await late.GoAsync(invitation, status: 404);
            await late.LookAsync();
        });
    }

    [Fact]
    public async Task A_sign_in_link_works_once_and_looking_at_it_uses_nothing_up()
    {
        var link = "";
        await chapter.VisitAsync(
            new Reader(),
            async admin =>
            {
                await admin.GoAsync("/members");
                await admin.FollowAsync(".person:has-text('Mona') a");
                await admin.FollowAsync("main form button[name=do][value=link]");
                await admin.LookAsync();
                link = new Uri((await admin.Page.InnerTextAsync(".to-copy")).Trim()).AbsolutePath;
            },
            role: "admin");

        await chapter.VisitAsync(new Reader(), async mailScanner =>
        {
            await mailScanner.GoAsync(link);
            await mailScanner.GoAsync(link);
        });
        await chapter.VisitAsync(new Reader(Width: Reader.Phone), async mona =>
        {
            await mona.GoAsync(link);
            await mona.LookAsync();
            await mona.FollowAsync("main form button");
            Assert.Equal("/my-events", mona.Path);
            await mona.LookAsync();
        });
        await chapter.VisitAsync(new Reader(), async thief =>
        {
            await thief.GoAsync(link, status: 404);
            await thief.LookAsync();
            await thief.GoAsync("/my-events");
            Assert.StartsWith("/sign-in", thief.Path, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Whoever_signs_out_is_a_visitor_again()
    {
        var invitation = await chapter.InviteAsync("member");

        await chapter.VisitAsync(new Reader(Width: Reader.Phone), async visit =>
        {
            await visit.GoAsync(invitation);
            await visit.Page.FillAsync("#name", "Odile");
            await visit.FollowAsync("main form button");
            await visit.Page.ClickAsync(".top-tools .menu:has(form[action='/sign-out']) > summary");
            await visit.FollowAsync("form[action='/sign-out'] button");

            await visit.GoAsync("/profile");
            Assert.StartsWith("/sign-in", visit.Path, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(Reader.Phone, true)]
    [InlineData(Reader.Desk, false)]
    public async Task A_member_is_shown_to_the_network_only_while_she_wants_it(int width, bool scripts)
    {
        var name = $"Paloma at {width}";
        var invitation = await chapter.InviteAsync("member");

        await chapter.VisitAsync(new Reader(Width: width, Scripts: scripts), async visit =>
        {
            var page = visit.Page;
            await visit.GoAsync(invitation);
            await page.FillAsync("#name", name);
            await visit.FollowAsync("main form button");
            await Assertions.Expect(page.Locator("input[name=shown]")).Not.ToBeCheckedAsync();
            await AssertShownAsync(name, isShown: false);

            await page.CheckAsync("input[name=shown]");
            await page.FillAsync("#city", "Montreuil");
            await visit.FollowAsync("main form button[name=do][value=save]");
            await visit.LookAsync();
            await AssertShownAsync(name, isShown: true);

            await page.UncheckAsync("input[name=shown]");
            await visit.FollowAsync("main form button[name=do][value=save]");
            await AssertShownAsync(name, isShown: false);
            await Assertions.Expect(page.Locator("#city")).ToHaveValueAsync("Montreuil");
        });
    }

    private Task AssertShownAsync(string name, bool isShown) => chapter.VisitAsync(new Reader(), async stranger =>
    {
        await stranger.GoAsync("/chapters/" + chapter.Events["paris-fest"].Split('/')[2]);
        await Assertions.Expect(stranger.Page.GetByText(name)).ToHaveCountAsync(isShown ? 1 : 0);
    });
}
