using System.Net;
using System.Net.Http.Headers;
using OuiShare.Federation.Node.Hosting;

namespace OuiShare.Federation.Web.Tests.Hosting;

/// <summary>What machines may ask of a whole node, and what strangers are not told.</summary>
public sealed class MonitoringTests(RunningNode node) : IClassFixture<RunningNode>
{
    [Fact]
    public async Task Figures_are_read_by_a_program_on_this_machine()
    {
        using var answer = await AskAsync("/metrics");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("dotnet_process_memory_working_set", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>A proxy on this machine calls from loopback as well; each of these is how one of them gives itself away.</summary>
    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.7")]
    [InlineData("Forwarded", "for=203.0.113.7")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("Host", "paris.example")]
    public async Task Figures_do_not_exist_for_who_comes_through_a_proxy(string header, string value)
    {
        using var answer = await AskAsync("/metrics", (header, value));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Figures_do_not_exist_for_the_oldest_HTTP_which_an_unconfigured_nginx_speaks()
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node.Address, "/metrics"))
        {
            Version = HttpVersion.Version10,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var answer = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData(true, HttpStatusCode.OK)]
    [InlineData(false, HttpStatusCode.NotFound)]
    public async Task Figures_are_read_through_a_proxy_with_the_operators_token_alone(bool isRightToken, HttpStatusCode expected)
    {
        var token = DataFolder.ReadOperatorToken(node.DataFolder);
        var sent = isRightToken ? token : string.Concat(token.Reverse());

        using var answer = await AskAsync("/metrics", ("X-Forwarded-For", "203.0.113.7"), ("Authorization", "Bearer " + sent));

        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("/health/live", "{\"status\":\"healthy\"}")]
    [InlineData("/health/ready", "{\"status\":\"healthy\"}")]
    public async Task Strangers_learn_that_the_node_is_well_and_no_more(string path, string expected)
    {
        using var answer = await AskAsync(path, ("X-Forwarded-For", "203.0.113.7"));

        Assert.Equal(expected, await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/no-such-page")]
    public async Task Every_answer_tells_the_browser_what_not_to_do(string path)
    {
        using var answer = await AskAsync(path);

        Assert.Contains("default-src 'self'", Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.NotEqual("", Header(answer, "Referrer-Policy"));
        Assert.NotEqual("", Header(answer, "Permissions-Policy"));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Browsers_remember_https_only_when_the_proxy_spoke_it()
    {
        using var overHttp = await AskAsync("/", ("Host", "paris.example"));
        using var overHttps = await AskAsync("/", ("Host", "paris.example"), ("X-Forwarded-Proto", "https"));

        Assert.Equal("", Header(overHttp, "Strict-Transport-Security"));
        Assert.Equal("max-age=15552000", Header(overHttps, "Strict-Transport-Security"));
    }

    [Fact]
    public async Task Where_a_visitor_went_is_not_in_the_log()
    {
        const string canary = "canary7f3a";
        using var answer = await AskAsync($"/calendars/{canary}.ics?q={canary}");

        Assert.DoesNotContain(node.Lines, line => line.Contains(canary, StringComparison.Ordinal));
    }

    private static string Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";

    private async Task<HttpResponseMessage> AskAsync(string path, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node.Address, path));
        foreach (var (name, value) in headers)
        {
            if (name == "Authorization")
                request.Headers.Authorization = AuthenticationHeaderValue.Parse(value);
            else
                request.Headers.TryAddWithoutValidation(name, value);
        }

        return await client.SendAsync(request);
    }
}
