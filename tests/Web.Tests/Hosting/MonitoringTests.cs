using System.Net;
using System.Net.Http.Headers;
using OuiShare.Federation.Node.Hosting;

namespace OuiShare.Federation.Web.Tests.Hosting;

/// <summary>What machines may ask of a whole node, and what strangers are not told.</summary>
public sealed class MonitoringTests(RunningNode node) : IClassFixture<RunningNode>
{
    [Fact]
    public async Task Figures_are_read_with_the_operators_token()
    {
        using var answer = await AskAsync("/metrics", ("Authorization", "Bearer " + DataFolder.ReadOperatorToken(node.DataFolder)));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("dotnet_process_memory_working_set", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>A forwarder on this machine calls from loopback, too, for strangers, and may send whatever name it likes: so each of these is nobody.</summary>
    [Theory]
    [InlineData("Accept", "*/*")]
    [InlineData("Host", "localhost")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("Authorization", "Bearer 0000000000000000000000000000000000000000000")]
    [InlineData("Authorization", "Basic b3BlcmF0b3I6")]
    public async Task Figures_do_not_exist_for_who_sends_no_token_wherever_the_call_comes_from(string header, string value)
    {
        using var answer = await AskAsync("/metrics", (header, value));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Whoever_sends_the_token_learns_what_is_ready()
    {
        using var answer = await AskAsync("/health/ready", ("Authorization", "Bearer " + DataFolder.ReadOperatorToken(node.DataFolder)));

        Assert.Contains("\"checks\":[{\"name\":", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/health/live", "{\"status\":\"healthy\"}")]
    [InlineData("/health/ready", "{\"status\":\"healthy\"}")]
    public async Task Strangers_learn_that_the_node_is_well_and_no_more(string path, string expected)
    {
        using var answer = await AskAsync(path);

        Assert.Equal(expected, await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/no-such-page", "text/html")]
    [InlineData("/search?q=%01", "application/grpc")]
    [InlineData("/no-such-page", "application/grpc-web")]
    [InlineData("/calendar.ics", "text/html")]
    [InlineData("/ouishare.federation.v1.EventService/SearchEvents", "text/html")]
    public async Task Every_answer_tells_the_browser_what_not_to_do(string path, string typeOfRequest)
    {
        using var answer = await AskAsync(path, ("Content-Type", typeOfRequest));

        Assert.Contains("default-src 'self'", Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.NotEqual("", Header(answer, "Referrer-Policy"));
        Assert.NotEqual("", Header(answer, "Permissions-Policy"));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/search")]
    [InlineData("/no-such-page")]
    [InlineData("/events.atom")]
    public async Task A_cache_between_is_told_that_pages_depend_on_the_readers_language(string path)
    {
        using var answer = await AskAsync(path, ("Accept-Encoding", "gzip"));

        var varies = Header(answer, "Vary").Split(", ");
        Assert.Contains("Accept-Language", varies);
        Assert.Contains("Cookie", varies);
        Assert.Equal(varies.Distinct(), varies);
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
            if (name == "Content-Type")
                request.Content = new ByteArrayContent([]) { Headers = { ContentType = new MediaTypeHeaderValue(value) } };
            else
                request.Headers.TryAddWithoutValidation(name, value);
        }

        return await client.SendAsync(request);
    }
}
