using System.Net;
using System.Net.Http.Headers;
using OuiShare.Federation.Web.Tests.Authorization;

namespace OuiShare.Federation.Web.Tests.Hosting;

/// <summary>The token for monitors: it reads figures, and nothing else.</summary>
public sealed class MonitorTokenTests(MonitorTokenTests.NodeWithMonitor node) : IClassFixture<MonitorTokenTests.NodeWithMonitor>
{
    private const string Token = "a-token-of-a-monitor-0123456789";

    [Theory]
    [InlineData("/metrics", "# TYPE ")]
    [InlineData("/health/ready", "\"checks\":[")]
    public async Task It_reads_the_figures_and_what_is_ready(string path, string expected)
    {
        using var client = ClientWithToken();

        Assert.Contains(expected, await client.GetStringAsync(path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/settings")]
    [InlineData("/profile")]
    public async Task It_opens_no_page(string path)
    {
        using var client = ClientWithToken();

        using var answer = await client.GetAsync(path);

        Assert.NotEqual(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task It_operates_nothing()
    {
        using var client = ClientWithToken();

        var (status, _) = await client.EndAsync(Calls.Make("OperatorService/GetStatus", Token, []));

        Assert.Equal("16", status);
    }

    private HttpClient ClientWithToken()
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = node.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return client;
    }

    /// <summary>A node whose settings name a file with the token.</summary>
    public sealed class NodeWithMonitor : NodeInProcess
    {
        protected override IReadOnlyDictionary<string, string?> Settings
        {
            get
            {
                var file = Path.Combine(Directory.CreateTempSubdirectory("ouishare-test-").FullName, "metrics.token");
                File.WriteAllText(file, Token + "\n");
                return new Dictionary<string, string?> { ["Node:MetricsTokenFile"] = file };
            }
        }
    }
}
