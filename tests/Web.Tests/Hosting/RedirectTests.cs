using System.Net;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Web.Tests.Authorization;

namespace OuiShare.Federation.Web.Tests.Hosting;

/// <summary>
/// A node that does not know its public address takes every name; but it repeats none. Walked over the program's own routes: wherever a visitor is
/// led, it is on this node.
/// </summary>
public sealed class RedirectTests(NodeInProcess node) : IClassFixture<NodeInProcess>
{
    [Theory]
    [InlineData("/settings")]
    [InlineData("/members")]
    [InlineData("/profile?a=b")]
    [InlineData("/events/new")]
    public async Task A_redirect_never_repeats_the_name_that_the_request_used(string path)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = node.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = "evil.example";

        using var answer = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.StartsWith("/sign-in?", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/search?q=a")]
    [InlineData("/events.atom")]
    [InlineData("/calendar.ics")]
    [InlineData("/opensearch.xml")]
    [InlineData("/sign-in")]
    [InlineData("/no-such-page")]
    public async Task No_page_and_no_feed_repeats_it_either(string path)
    {
        using var client = new HttpClient { BaseAddress = node.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = "evil.example";

        using var answer = await client.SendAsync(request);

        Assert.DoesNotContain("evil.example", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(answer.Headers, header => header.Value.Any(value => value.Contains("evil.example", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_invitation_with_an_address_of_this_machine_is_made_with_a_word_of_care()
    {
        using var client = new HttpClient { BaseAddress = node.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", node.TokenOf(Policies.Admin));

        var page = await client.GetStringAsync("/network/invite");

        Assert.Contains("leads back to whichever machine calls it", page, StringComparison.Ordinal);
    }
}
