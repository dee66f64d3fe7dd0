using System.Net;
using System.Text.RegularExpressions;

namespace OuiShare.Federation.Network.Tests;

/// <summary>A person with a browser that has no JavaScript: opens pages of one node and sends their forms.</summary>
internal sealed partial class Visitor : IDisposable
{
    private readonly HttpClient _client;

    /// <param name="address">The node's own address, also where its links name another.</param>
    public Visitor(string address) => _client = new HttpClient { BaseAddress = new Uri(address) };

    /// <summary>Opens a page, following redirects; returns its text with its entities decoded.</summary>
    public async Task<string> ReadAsync(string path)
    {
        using var answer = await _client.GetAsync(path);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>How the node answers.</summary>
    public async Task<HttpStatusCode> AskAsync(string path)
    {
        using var answer = await _client.GetAsync(path);
        return answer.StatusCode;
    }

    /// <summary>Sends a form as a page offers it, and returns the page that follows.</summary>
    /// <param name="page">The page with the form.</param>
    /// <param name="action">Where the form goes; null: to the page itself.</param>
    /// <param name="fields">What is filled in.</param>
    public async Task<string> SendAsync(string page, string? action, params IEnumerable<(string Name, string Value)> fields)
    {
        var token = Token().Match(await ReadAsync(page)).Groups[1].Value;
        using var form = new FormUrlEncodedContent(
            fields.Append(("__RequestVerificationToken", token)).Select(field => KeyValuePair.Create(field.Item1, field.Item2)));
        using var answer = await _client.PostAsync(action ?? page, form);
        var text = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        Assert.True(answer.IsSuccessStatusCode, $"{action ?? page} answered {(int)answer.StatusCode}: {text}");
        return text;
    }

    /// <summary>Becomes a member by an invitation.</summary>
    public Task<string> JoinAsync(string invitation, string name, string mail = "") =>
        SendAsync(PathOf(invitation), null, ("name", name), ("mail", mail), ("languages", "en"));

    /// <summary>The path of a link, which may name the address of a proxy.</summary>
    public static string PathOf(string link) => new Uri(link).PathAndQuery;

    public void Dispose() => _client.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
