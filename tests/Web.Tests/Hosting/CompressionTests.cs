using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OuiShare.Federation.Web.Hosting;

namespace OuiShare.Federation.Web.Tests.Hosting;

/// <summary>Over https, the length of a compressed page may tell what is in it; only a signed-in person's pages hold secrets.</summary>
public sealed class CompressionTests : IAsyncLifetime
{
    private WebApplication _app = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddCompression();
        _app = builder.Build();
        _app.Use((context, next) =>
        {
            // What TLS and a cookie would have said.
            context.Request.Scheme = context.Request.Query["scheme"].ToString();
            if (context.Request.Query["member"] == "yes")
                context.User = new ClaimsPrincipal(new ClaimsIdentity("test"));
            return next(context);
        });
        _app.UseCompression();
        _app.UseNoCompressionForMembers();
        _app.MapGet("/", (string type) => Results.Text(new string('a', 10_000), type));
        await _app.StartAsync();
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData("http", "no", "text/html", "br")]
    [InlineData("https", "no", "text/html", "br")]
    [InlineData("https", "no", "text/calendar", "br")]
    [InlineData("https", "yes", "text/html", "")]
    [InlineData("http", "no", "application/octet-stream", "")]
    public async Task What_is_text_is_compressed_unless_it_may_hold_a_persons_secrets(string scheme, string member, string type, string expected)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("br, gzip");

        using var answer = await client.GetAsync(new Uri($"{_app.Urls.Single()}/?scheme={scheme}&member={member}&type={Uri.EscapeDataString(type)}"));

        Assert.Equal(expected, string.Join(",", answer.Content.Headers.ContentEncoding));
    }
}
