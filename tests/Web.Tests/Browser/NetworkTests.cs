using System.Security.Cryptography;
using Microsoft.Playwright;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Web.Tests.Browser;

/// <summary>An admin looks how her chapter stands with others.</summary>
[Collection(BrowserRoom.Name)]
public sealed class NetworkTests(OpenChapter chapter)
{
    /// <summary>Where no node answers.</summary>
    private const string Nowhere = "http://127.0.0.1:9";

    [Theory]
    [InlineData("fr", "La machine de OuiShare Rome répond, mais aucun nœud n’y écoute")]
    [InlineData("es", "La máquina de OuiShare Rome responde, pero allí no escucha ningún nodo")]
    public async Task A_chapter_that_does_not_answer_is_explained_in_the_language_of_the_reader(string language, string explained)
    {
        await using var node = await NewNode.StartAsync();

        await chapter.Chromium.VisitAsync(node.Address, new Reader(language, Reader.Phone), async visit =>
        {
            await node.SetUpAsync(visit);
            await visit.GoAsync("/network/join");
            await visit.Page.FillAsync("#invitation", Invitation());
            await visit.FollowAsync("main form button");

            // The page reloads itself until the first call has failed.
            await Assertions.Expect(visit.Page.Locator(".peer .notice")).ToContainTextAsync(explained, new() { Timeout = 30_000 });
            await visit.GoAsync("/network");
            await Assertions.Expect(visit.Page.Locator(".peer .notice [lang=en]")).ToHaveCountAsync(0);
            await visit.LookAsync();
        });
    }

    /// <summary>What an admin worries about is not what a visitor reads: she reads that it is not connected, and how fresh the answers are.</summary>
    [Fact]
    public async Task Visitors_read_no_worries_and_an_admin_blocks_a_chapter_after_being_asked_and_ends_it()
    {
        await using var node = await NewNode.StartAsync();

        await chapter.Chromium.VisitAsync(node.Address, new Reader("en", Reader.Phone), async visit =>
        {
            await node.SetUpAsync(visit);
            await visit.GoAsync("/network/join");
            await visit.Page.FillAsync("#invitation", Invitation());
            await visit.FollowAsync("main form button");
            await Assertions.Expect(visit.Page.Locator(".peer .notice")).ToContainTextAsync("no node listens there", new() { Timeout = 30_000 });
            await visit.GoAsync("/network");
            await Assertions.Expect(visit.Page.Locator(".head-lead")).Not.ToContainTextAsync("need");
            await Assertions.Expect(visit.Page.Locator(".peer")).ToContainTextAsync("nobody yet");
            await chapter.Chromium.VisitAsync(node.Address, new Reader("en", Reader.Phone), async stranger =>
            {
                await stranger.GoAsync("/network");
                await Assertions.Expect(stranger.Page.Locator(".peer")).ToContainTextAsync("Not connected");
                await Assertions.Expect(stranger.Page.Locator(".peer .notice")).ToHaveCountAsync(0);
            });

            await visit.FollowAsync(".peer a[href^='/network/block/']");
            await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync("Block OuiShare Rome?");
            await visit.LookAsync();
            await visit.FollowAsync("main form button");
            await Assertions.Expect(visit.Page.Locator(".person")).ToContainTextAsync("OuiShare Rome");
            await visit.LookAsync();
            await visit.FollowAsync(".person form button");
            await Assertions.Expect(visit.Page.Locator(".person")).ToHaveCountAsync(0);
        });
    }

    private static string Invitation()
    {
        using var random = RandomNumberGenerator.Create();
        using var key = NodeKey.FromSeed(RandomNumberGenerator.GetBytes(NodeKey.SeedSize));
        var draft = InvitationCode.Create(Nowhere, key.Origin, TimeProvider.System.GetUtcNow().AddDays(1), random);

        return new InvitationCode(draft.Address, draft.Origin, draft.Id, draft.Secret, draft.ExpiresAt) { ChapterName = "OuiShare Rome" }.ToText();
    }
}
