using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Web.Tests.Authorization;

namespace OuiShare.Federation.Web.Tests.Hosting;

/// <summary>
/// Whatever stands in an address: no page and no feed answers with a failure of the node's, and what it repeats is still HTML, XML, iCalendar or
/// JSON. The routes are the program's own list, so one that is added tomorrow is asked tomorrow.
/// </summary>
public sealed partial class HostileQueryTests(NodeInProcess node) : IClassFixture<NodeInProcess>
{
    // As they stand in the address.
    private static readonly string[] Values =
    [
        "%00", "%01", "%1B%5B2J", "%0D%0AX-Evil:1", "%7F", "%C2%85", "%EF%BF%BE", "%EF%BF%BF", "%E2%80%AE", "%E2%80%A8", "%EF%BB%BF",
        // Half of a surrogate pair, a byte that is no UTF-8, an overlong zero, and a percent sign alone.
        "%ED%A0%80", "%FF", "%C0%80", "%", "%zz",
        "%3C/title%3E%3Cscript%3E%22'%26%5D%5D%3E", "-1", "0", "99999999999999999999999999", "1e308", "NaN", "2147483648", "0x10", "..%2F..%2Fetc%2Fpasswd",
        "9999-12-31", "0001-01-01", "FR%3BDROP", "%F0%9F%98%80%F0%9F%98%80",
    ];

    // Every name that a page or feed reads, with some that the framework does.
    private static readonly string[] Names =
    [
        "q", "when", "place", "radius", "chapter", "language", "format", "tag", "page", "lang", "handler", "status", "returnUrl", "ReturnUrl", "secret", "id",
        "place-choice", "zone", "series", "occurrence", "start", "from", "to", "until", "role", "name", "address", "mail", "sort", "culture", "ui-culture", "next", "version",
    ];

    [Theory]
    [InlineData("visitor")]
    [InlineData(Policies.Admin)]
    public async Task No_value_of_any_parameter_of_any_route_breaks_its_answer(string role)
    {
        using var client = ClientOf(role);
        var wrong = new List<string>();

        foreach (var route in Routes())
        {
            foreach (var value in Values)
                await CheckAsync(client, $"{Fill(route, "0")}?{string.Join('&', Names.Select(name => $"{name}={value}"))}", wrong);
        }

        // In lines, so that a failure shows all of them.
        Assert.Equal("", string.Join('\n', wrong));
    }

    [Theory]
    [InlineData("/search")]
    [InlineData("/search.atom")]
    [InlineData("/search.ics")]
    [InlineData("/")]
    public async Task No_value_breaks_the_answer_of_a_search_alone_or_too_long(string path)
    {
        using var client = ClientOf("visitor");
        var wrong = new List<string>();

        foreach (var name in Names)
        {
            // A pair of surrogates across each limit, a letter with a thousand accents, words without end.
            foreach (var value in (string[])[.. Values, new string('a', 199) + "%F0%9F%98%80", new string('a', 299) + "%F0%9F%98%80", "e" + string.Concat(Enumerable.Repeat("%CC%81", 600)), new string('x', 3000), string.Concat(Enumerable.Repeat("%22a%20", 400))])
                await CheckAsync(client, $"{path}?{name}={value}", wrong);
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task No_value_of_any_part_of_a_path_breaks_its_answer()
    {
        using var client = ClientOf(Policies.Admin);
        var wrong = new List<string>();

        foreach (var route in Routes().Where(route => route.Contains('{', StringComparison.Ordinal)))
        {
            foreach (var value in Values.Where(value => value != "%00"))
                await CheckAsync(client, Fill(route, value), wrong);
        }

        Assert.Empty(wrong);
    }

    /// <summary>"opensearch.xml" and the like have no parameter, but are answered in the reader's language.</summary>
    [Theory]
    [InlineData("Accept-Language", "\u0001")]
    [InlineData("Accept-Language", "xx-YY-" + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("Accept-Language", "*;q=nan, fr;q=9, ,,,")]
    [InlineData("Cookie", "lang=%01; ouishare=x; .AspNetCore.Mvc.CookieTempDataProvider=%FF")]
    [InlineData("If-None-Match", "W/\"a, *, \"\"")]
    [InlineData("Range", "bytes=9-1")]
    [InlineData("Accept", ";;;,text/html;q=%")]
    public async Task No_header_breaks_an_answer(string name, string value)
    {
        using var client = ClientOf("visitor");
        client.DefaultRequestHeaders.Remove(name);
        client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        var wrong = new List<string>();

        foreach (var path in (string[])["/", "/search?q=a", "/search.atom", "/calendar.ics", "/opensearch.xml", "/health/ready", "/no-such-page", "/sign-in", "/network"])
            await CheckAsync(client, path, wrong);

        Assert.Empty(wrong);
    }

    private HttpClient ClientOf(string role)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = node.Address };
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        if (node.TokenOf(role) is { } token)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private static async Task CheckAsync(HttpClient client, string address, List<string> wrong)
    {
        // The address as written: .NET would put some of it right.
        var uri = new Uri(client.BaseAddress!.GetLeftPart(UriPartial.Authority) + address, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var answer = await client.GetAsync(uri);
        var text = await answer.Content.ReadAsStringAsync();
        if (WhatIsWrong((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType ?? "", text) is { } problem)
            wrong.Add($"{address}: {problem}");
        if (answer.Headers.Contains("X-Evil"))
            wrong.Add($"{address}: it wrote a header");
    }

    private static string? WhatIsWrong(int status, string type, string text)
    {
        if (status >= 500)
            return $"{status}";
        // What no answer in text may hold: controls, and what turns the reading direction around.
        if (type.StartsWith("text/", StringComparison.Ordinal) && Unseen().Match(text) is { Success: true } unseen)
            return $"U+{(int)unseen.Value[0]:X4} at {unseen.Index} of {type}";
        if (status != 200)
            return null;
        try
        {
            if (type.EndsWith("xml", StringComparison.Ordinal))
                XDocument.Parse(text);
            else if (type.EndsWith("json", StringComparison.Ordinal))
                JsonDocument.Parse(text).Dispose();
            else if (type == "text/calendar" && !(text.StartsWith("BEGIN:VCALENDAR\r\n", StringComparison.Ordinal) && text.EndsWith("END:VCALENDAR\r\n", StringComparison.Ordinal)))
                return "no whole calendar";
        }
        catch (Exception e) when (e is System.Xml.XmlException or JsonException)
        {
            return $"{type}: {e.Message}";
        }

        return null;
    }

    private IEnumerable<string> Routes() => node.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        // Files have no parameters, and there are dozens.
        .Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
        .Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is not { Count: > 0 } methods || methods.Contains("GET"))
        .Select(endpoint => "/" + (endpoint.RoutePattern.RawText ?? "").TrimStart('/'))
        .Distinct();

    private static string Fill(string route, string value) => Parameter().Replace(route, match => match.Value switch
    {
        var guid when guid.Contains(":guid", StringComparison.Ordinal) => "01a20beb-d1c8-74d2-9748-0bebf826eb3a",
        // As many characters as the route asks for, of any kind.
        var origin when origin.Contains(":length(20)", StringComparison.Ordinal) => value.Length == 9 ? string.Concat(Enumerable.Repeat(value, 20)) : new string('0', 20),
        var id when id.Contains(":length(32)", StringComparison.Ordinal) => value.Length == 9 ? string.Concat(Enumerable.Repeat(value, 32)) : new string('0', 32),
        _ => value,
    });

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]")]
    private static partial Regex Unseen();
}
