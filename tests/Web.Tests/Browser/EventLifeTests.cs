using System.Globalization;
using Microsoft.Playwright;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Web.Tests.Browser;

/// <summary>What becomes of an event after it was written.</summary>
[Collection(BrowserRoom.Name)]
public sealed class EventLifeTests(OpenChapter chapter)
{
    [Theory]
    [InlineData("fr", Reader.Phone, true)]
    [InlineData("en", Reader.Desk, false)]
    public async Task An_event_is_cancelled_takes_place_after_all_and_is_taken_back(string language, int width, bool scripts)
    {
        var title = $"Lecture publique {width}";
        var path = await chapter.PublishAsync(Event(title));

        await chapter.VisitAsync(
            new Reader(language, width, scripts),
            async visit =>
            {
                var page = visit.Page;
                var row = page.Locator(".row", new() { HasTextString = title });
                await visit.GoAsync(path);
                await visit.FollowAsync("main a[href$='/cancel']");
                await visit.LookAsync();
                await page.FillAsync("#reason", "La salle est prise.");
                await visit.FollowAsync("main form button");
                Assert.Equal(path, visit.Path);
                await Assertions.Expect(page.Locator(".stamp")).ToContainTextAsync("La salle est prise.");
                await visit.LookAsync();
                await visit.GoAsync("/search?q=" + Uri.EscapeDataString(title));
                await Assertions.Expect(row.Locator(".chip-stop")).ToBeVisibleAsync();

                await visit.GoAsync(path);
                await visit.FollowAsync("main form[action$='/reinstate'] button");
                Assert.Equal(path, visit.Path);
                await Assertions.Expect(page.Locator(".stamp")).ToHaveCountAsync(0);
                await visit.GoAsync("/search?q=" + Uri.EscapeDataString(title));
                await Assertions.Expect(row.Locator(".chip-stop")).ToHaveCountAsync(0);

                await visit.GoAsync(path);
                await visit.FollowAsync("main a[href$='/withdraw']");
                await visit.LookAsync();
                await visit.FollowAsync("main form button");
                await visit.LookAsync();
                await visit.GoAsync("/search?q=" + Uri.EscapeDataString(title));
                await Assertions.Expect(row).ToHaveCountAsync(0);
                await visit.GoAsync(path, status: 410);
                await visit.LookAsync();
            },
            role: "connector");
    }

    [Fact]
    public async Task What_was_taken_back_is_kept_as_a_draft_that_can_be_published_anew()
    {
        var path = await chapter.PublishAsync(Event("Bal des voisins"));

        await chapter.VisitAsync(
            new Reader(),
            async visit =>
            {
                await visit.GoAsync(path);
                await visit.FollowAsync("main a[href$='/withdraw']");
                await visit.FollowAsync("main form button");
                await visit.FollowAsync("main a[href$='/edit']");
                await visit.FollowAsync("main form button[name=do][value=publish]");

                await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync("Bal des voisins");
                Assert.NotEqual(path, visit.Path);
            },
            role: "connector");
    }

    [Fact]
    public async Task A_member_proposes_and_a_connector_publishes()
    {
        await chapter.VisitAsync(
            new Reader(Width: Reader.Phone),
            async member =>
            {
                var page = member.Page;
                await member.GoAsync("/events/new");
                await Assertions.Expect(page.Locator("button[value=publish]")).ToHaveCountAsync(0);
                await page.Locator("details[open] input[name^=title-]").FillAsync("Marche au clair de lune");
                await page.FillAsync("#start-date", Day(5));
                await page.FillAsync("#start-time", "21:00");
                await member.FollowAsync("main form button[value=propose]");
                Assert.Equal("/my-events", member.Path);
                await member.LookAsync();
            },
            role: "member");

        await chapter.VisitAsync(
            new Reader(),
            async connector =>
            {
                await connector.GoAsync("/drafts");
                await connector.LookAsync();
                await connector.FollowAsync(".row:has-text('Marche au clair de lune') a");
                await connector.LookAsync();
                await connector.FollowAsync("main form button[name=do][value=publish]");
                await connector.GoAsync("/search?q=clair+lune");

                await Assertions.Expect(connector.Page.Locator(".row-title")).ToHaveTextAsync("Marche au clair de lune");
            },
            role: "connector");
    }

    [Theory]
    [InlineData("en", Reader.Desk, true)]
    [InlineData("es", Reader.Phone, false)]
    public async Task A_member_goes_and_goes_not_and_the_last_seat_is_seen(string language, int width, bool scripts)
    {
        var path = await chapter.PublishAsync(Event($"Dîner à une place {width}", capacity: 1));
        await chapter.VisitAsync(
            new Reader(language, width, scripts),
            async member =>
            {
                await member.GoAsync(path);
                await member.LookAsync();
                await member.FollowAsync("button[name=going][value=true]");
                await Assertions.Expect(member.Page.Locator(".ticket [role=status]")).ToBeVisibleAsync();
                await Assertions.Expect(member.Page.Locator(".seats-number")).ToHaveTextAsync("0");
                await member.LookAsync();
                await member.GoAsync("/my-events");
                await Assertions.Expect(member.Page.Locator($".row a[href='{path}']")).ToHaveCountAsync(1);
                await member.LookAsync();
            },
            role: "member");

        await chapter.VisitAsync(
            new Reader(language, width, scripts),
            async late =>
            {
                await late.GoAsync(path);
                await Assertions.Expect(late.Page.Locator("button[name=going][value=true]")).ToHaveCountAsync(0);
                await late.LookAsync();
            },
            role: "connector");

        await chapter.VisitAsync(
            new Reader(language, width, scripts),
            async member =>
            {
                await member.GoAsync(path);
                await member.FollowAsync("button[name=going][value=false]");
                await Assertions.Expect(member.Page.Locator(".seats-number")).ToHaveTextAsync("1");
                await member.GoAsync("/my-events");
                await Assertions.Expect(member.Page.Locator($".row a[href='{path}']")).ToHaveCountAsync(0);
            },
            role: "member");
    }

    private static EventRecord Event(string title, uint capacity = 0)
    {
        var record = new EventRecord
        {
            Format = EventFormat.Talk,
            Title = new LocalizedText { SourceLanguage = "fr" },
            Time = new EventTime { Start = Day(4) + "T19:00", End = Day(4) + "T21:00", Zone = "Europe/Paris" },
            Place = new Place { Name = "La Maison", City = "Paris", Country = "FR" },
            Capacity = capacity,
        };
        record.Title.Translations.Add(new Translation { Language = "fr", Text = title, Version = 1 });
        return record;
    }

    private static string Day(int ahead) => TimeProvider.System.GetLocalNow().AddDays(ahead).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
