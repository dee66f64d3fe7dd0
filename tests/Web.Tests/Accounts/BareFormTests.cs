using System.Net.Http.Headers;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Web.Tests.Accounts;

/// <summary>
/// Every form of every page, sent with nothing in it but its token, in every way a browser or a program may send one, twice, and after the session
/// ended. A page may refuse in words; it never fails. The list of pages is the program's own.
/// </summary>
[Collection(AccountsRoom.Name)]
public sealed class BareFormTests(MailingNode node)
{
    public static TheoryData<string> Ways => ["a form with its token alone", "the same form twice", "parts with the token alone", "the token in a header and no body", "a broken body", "after the session ended"];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_form_with_only_a_token_is_answered_in_words_and_never_with_a_failure(string way)
    {
        var wrong = new List<string>();
        var pages = Pages();
        Assert.Contains("profile", pages);
        Assert.Contains("settings", pages);

        foreach (var page in pages)
        {
            var account = await node.JoinAsync("Empty hands", Role.Admin);
            using var person = await node.SignedInAsync(account);
            var token = await person.TokenAsync("/profile");
            if (way == "after the session ended")
                await node.Get<IGrainFactory>().GetGrain<IMemberGrain>(account.Id).SignOutEverywhere(Actor.Operator);
            for (var time = 0; time < (way == "the same form twice" ? 2 : 1); time++)
            {
                var answer = await person.SendAsync(Request(way, "/" + page, token));
                if (answer.Status is not (>= 200 and < 500) || answer.Status == 400 && !answer.Text.Contains("<h1", StringComparison.Ordinal))
                    wrong.Add($"/{page} answered {answer.Status}");
            }
        }

        Assert.Empty(wrong);
    }

    private static HttpRequestMessage Request(string way, string path, string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path);
        switch (way)
        {
            case "parts with the token alone":
                request.Content = new MultipartFormDataContent { { new StringContent(token), "__RequestVerificationToken" } };
                break;
            case "the token in a header and no body":
                request.Headers.Add("RequestVerificationToken", token);
                break;
            case "a broken body":
                request.Headers.Add("RequestVerificationToken", token);
                request.Content = new ByteArrayContent("--x\r\nbroken"u8.ToArray()) { Headers = { ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x") } };
                break;
            default:
                request.Content = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", token)]);
                break;
        }

        return request;
    }

    private List<string> Pages() =>
    [
        .. node.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<PageActionDescriptor>() is not null)
            .Select(endpoint => (endpoint.RoutePattern.RawText ?? "").Trim('/'))
            .Select(route => System.Text.RegularExpressions.Regex.Replace(route, @"\{[^}]+\}", match => match.Value switch
            {
                var guid when guid.Contains(":guid", StringComparison.Ordinal) => "01a20beb-d1c8-74d2-9748-0bebf826eb3a",
                var own when own.Contains(":length(20)", StringComparison.Ordinal) => node.Get<Node.Chapters.ChapterDirectory>().Own.Short,
                var id when id.Contains(":length(32)", StringComparison.Ordinal) => new string('0', 32),
                var id when id.Contains(":length(16)", StringComparison.Ordinal) => new string('0', 16),
                var status when status.Contains(":int", StringComparison.Ordinal) => "404",
                _ => "0",
            }))
            .Distinct().Order(StringComparer.Ordinal),
    ];
}
