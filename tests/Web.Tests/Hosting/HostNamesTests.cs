using System.Net;
using OuiShare.Federation.Web.Tests.Authorization;

namespace OuiShare.Federation.Web.Tests.Hosting;

/// <summary>Under which names a node with a public address answers.</summary>
public sealed class HostNamesTests(HostNamesTests.NodeWithAddress node) : IClassFixture<HostNamesTests.NodeWithAddress>
{
    [Theory]
    [InlineData("paris.example")]
    [InlineData("PARIS.example")]
    [InlineData("paris.example:8443")]
    [InlineData("paris.example.")]
    [InlineData("www.paris.example")]
    [InlineData("localhost")]
    [InlineData("localhost:1234")]
    [InlineData("paris.localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]:5080")]
    public async Task Its_own_names_and_this_machines_are_answered(string host)
    {
        using var answer = await AskAsync("/", host);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("paris.example.evil.example")]
    [InlineData("evilparis.example")]
    [InlineData("203.0.113.9")]
    [InlineData("localhost.evil.example")]
    public async Task An_invented_name_is_told_the_nodes_address(string host)
    {
        using var answer = await AskAsync("/", host);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("https://paris.example", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("evil", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_may_call_under_an_older_name()
    {
        using var client = new HttpClient { BaseAddress = node.Address };
        using var call = Calls.Make("PeerService/Sync", token: null, []);
        call.Headers.Host = "old.example";

        using var answer = await client.SendAsync(call, HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private async Task<HttpResponseMessage> AskAsync(string path, string host)
    {
        using var client = new HttpClient { BaseAddress = node.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        return await client.SendAsync(request);
    }

    /// <summary>A node that knows its public address.</summary>
    public sealed class NodeWithAddress : NodeInProcess
    {
        protected override IReadOnlyDictionary<string, string?> Settings =>
            new Dictionary<string, string?> { ["Node:PublicUrl"] = "https://paris.example", ["Node:Hosts"] = "www.paris.example; old.paris.example" };
    }
}
