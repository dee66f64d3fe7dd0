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
    [InlineData("fr", "Personne ne répond à l’adresse de OuiShare Rome.")]
    [InlineData("es", "Nadie responde en la dirección de OuiShare Rome.")]
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

    private static string Invitation()
    {
        using var random = RandomNumberGenerator.Create();
        using var key = NodeKey.FromSeed(RandomNumberGenerator.GetBytes(NodeKey.SeedSize));
        var draft = InvitationCode.Create(Nowhere, key.Origin, TimeProvider.System.GetUtcNow().AddDays(1), random);

        return new InvitationCode(draft.Address, draft.Origin, draft.Id, draft.Secret, draft.ExpiresAt) { ChapterName = "OuiShare Rome" }.ToText();
    }
}
