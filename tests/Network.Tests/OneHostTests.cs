using System.Net;
using System.Text.RegularExpressions;
using OuiShare.Federation.V1;
using Xunit.Abstractions;

namespace OuiShare.Federation.Network.Tests;

/// <summary>
/// Browsers share cookies between the ports of a host. Several nodes on one host name, as the demo runs them, are several chapters to a person all
/// the same.
/// </summary>
public sealed partial class OneHostTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Two_nodes_on_one_host_name_do_not_sign_each_other_out()
    {
        await using var network = new TestNetwork(output);
        var nodes = await network.StartAsync("Arles", "Bastia");
        using var browser = new HttpClient();

        foreach (var node in nodes)
        {
            var link = (await node.Operator.CreateMemberLinkAsync(new CreateMemberLinkRequest { Role = "admin" })).Url;
            await SendAsync(browser, $"{node.Address}{Visitor.PathOf(link)}", ("name", $"Ida of {node.Name}"), ("languages", "en"));
        }

        // Back and forth, reading and writing.
        for (var round = 0; round < 2; round++)
        {
            foreach (var node in nodes)
            {
                var saved = await SendAsync(
                    browser, $"{node.Address}/profile", ("do", "save"), ("name", $"Ida of {node.Name} {round}"), ("languages", "en"));
                Assert.Contains("Saved.", saved, StringComparison.Ordinal);
                Assert.Contains($"Ida of {node.Name} {round}", saved, StringComparison.Ordinal);
            }
        }

        await SendAsync(browser, $"{nodes[0].Address}/profile", $"{nodes[0].Address}/sign-out");

        Assert.DoesNotContain("Ida of Arles", await browser.GetStringAsync(new Uri($"{nodes[0].Address}/profile")), StringComparison.Ordinal);
        Assert.Contains("Ida of Bastia", await browser.GetStringAsync(new Uri($"{nodes[1].Address}/profile")), StringComparison.Ordinal);
    }

    private static Task<string> SendAsync(HttpClient browser, string page, params IEnumerable<(string Name, string Value)> fields) => SendAsync(browser, page, page, fields);

    private static async Task<string> SendAsync(HttpClient browser, string page, string action, params IEnumerable<(string Name, string Value)> fields)
    {
        var token = Token().Match(WebUtility.HtmlDecode(await browser.GetStringAsync(new Uri(page)))).Groups[1].Value;
        using var form = new FormUrlEncodedContent(
            fields.Append(("__RequestVerificationToken", token)).Select(field => KeyValuePair.Create(field.Item1, field.Item2)));
        using var answer = await browser.PostAsync(new Uri(action), form);
        var text = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        Assert.True(answer.IsSuccessStatusCode, $"{action} answered {(int)answer.StatusCode}: {text}");
        return text;
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
