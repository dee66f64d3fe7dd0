using System.Net;
using System.Text.RegularExpressions;

namespace OuiShare.Federation.Web.Tests.Accounts;

/// <summary>
/// A browser whose cookies a test sees and copies. It follows no redirect. With https it says so as a proxy on this machine would, since what
/// cookies do then is the node's part, and TLS is not.
/// </summary>
internal sealed partial class Person(Uri address, bool isHttps = false) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = address };

    /// <summary>Its cookies by name, as browsers send them.</summary>
    public Dictionary<string, string> Cookies { get; } = [];

    /// <summary>All Set-Cookie headers it got.</summary>
    public List<string> Given { get; } = [];

    /// <summary>Opens a page.</summary>
    public Task<Answer> AskAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Opens a page and sends its form, with the page's token and these fields.</summary>
    public async Task<Answer> SendAsync(string page, params (string Name, string Value)[] fields) => await PostAsync(page, await TokenAsync(page), fields);

    /// <summary>The token that a page's forms carry.</summary>
    public async Task<string> TokenAsync(string page) => Token().Match((await AskAsync(page)).Text).Groups[1].Value;

    /// <summary>Sends a form to a page, with a token got before.</summary>
    public Task<Answer> PostAsync(string path, string token, params (string Name, string Value)[] fields) => SendAsync(new HttpRequestMessage(HttpMethod.Post, path)
    {
        Content = new FormUrlEncodedContent(fields.Append(("__RequestVerificationToken", token)).Select(field => KeyValuePair.Create(field.Item1, field.Item2))),
    });

    /// <summary>Sends any request with the cookies.</summary>
    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using var sent = request;
        sent.Headers.Add("Accept", "text/html");
        sent.Headers.Add("Accept-Language", "en");
        if (Cookies.Count > 0)
            sent.Headers.Add("Cookie", string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        if (isHttps)
            sent.Headers.Add("X-Forwarded-Proto", "https");
        using var answer = await _client.SendAsync(sent);
        foreach (var cookie in answer.Headers.TryGetValues("Set-Cookie", out var all) ? all : [])
            Take(cookie);
        return new Answer(
            (int)answer.StatusCode, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()), answer.Headers.Location?.OriginalString, answer.Headers.RetryAfter?.Delta);
    }

    public void Dispose() => _client.Dispose();

    private void Take(string cookie)
    {
        Given.Add(cookie);
        var (name, value) = (cookie[..cookie.IndexOf('=')], cookie[(cookie.IndexOf('=') + 1)..].Split(';')[0]);
        if (value.Length == 0)
            Cookies.Remove(name);
        else
            Cookies[name] = value;
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex Token();
}

/// <summary>What a node answered.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Text">The page with its entities decoded.</param>
/// <param name="Location">Where it leads; null: nowhere.</param>
/// <param name="RetryAfter">How long to wait; null: not said.</param>
internal sealed record Answer(int Status, string Text, string? Location, TimeSpan? RetryAfter);
