using System.Net;
using System.Net.Http.Headers;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Web.Pages.Import;
using OuiShare.Federation.Web.Tests.Authorization;

namespace OuiShare.Federation.Web.Tests.Hosting;

/// <summary>What is larger than a route takes is told so, with the limit, and not that there is no such page.</summary>
public sealed class UploadTests(NodeInProcess node) : IClassFixture<NodeInProcess>
{
    [Theory]
    [InlineData("/import", IndexModel.FileBytes + (128 * 1024), true)]
    [InlineData("/import", IndexModel.FileBytes + (128 * 1024), false)]
    [InlineData("/sign-in", 3 * 1024 * 1024, true)]
    [InlineData("/sign-in", 3 * 1024 * 1024, false)]
    [InlineData("/events/new", 3 * 1024 * 1024, true)]
    [InlineData("/no-such-page", 3 * 1024 * 1024, true)]
    public async Task An_upload_beyond_the_limit_is_too_large_announced_or_not(string path, int bytes, bool isAnnounced)
    {
        using var client = new HttpClient { BaseAddress = node.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new MultipartFormDataContent { { new ZeroContent(bytes, isAnnounced), "file", "calendar.ics" } } };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", node.TokenOf(Policies.Admin));
        request.Headers.Accept.ParseAdd("text/html");
        // As browsers do not, so that the answer is read before the body is sent.
        request.Headers.ExpectContinue = true;

        using var answer = await client.SendAsync(request);
        var page = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Contains("This is too large.", page, StringComparison.Ordinal);
        Assert.Contains("32 MB", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_with_a_program_gets_the_status_alone()
    {
        using var client = new HttpClient { BaseAddress = node.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/import") { Content = new ZeroContent(64 * 1024 * 1024, isAnnounced: true) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", node.TokenOf(Policies.Admin));
        request.Headers.ExpectContinue = true;

        using var answer = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    private sealed class ZeroContent(int bytes, bool isAnnounced) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var part = new byte[64 * 1024];
            Array.Fill(part, (byte)'x');
            for (var sent = 0; sent < bytes; sent += part.Length)
                await stream.WriteAsync(part);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = (bytes + (64 * 1024) - 1) / (64 * 1024) * (64 * 1024);
            return isAnnounced;
        }
    }
}
