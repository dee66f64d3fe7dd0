using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OuiShare.Federation.Node.Calendars;

namespace OuiShare.Federation.Node.Tests.Calendars;

/// <summary>
/// Fetches from a real site on loopback. DNS is played: names get the addresses that a test gives them, and a connection to
/// the public address 1.1.1.1 leads to the site. So the check sees what it would see on the internet.
/// </summary>
[Trait("threat", "44")]
public sealed class CalendarFetcherTests : IAsyncLifetime
{
    private const string Public = "1.1.1.1";

    private readonly Dictionary<string, Queue<string[]>> _names = [];
    private readonly List<IPAddress> _connected = [];
    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication _site = null!;
    private int _port;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _site = builder.Build();
        _site.MapGet("/calendar.ics", () => Results.Text("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text/calendar"));
        _site.MapGet("/cyrillic", (HttpContext context) => { context.Response.Headers.ContentType = "text/calendar; charset=windows-1251"; });
        _site.MapGet("/to", (string url) => Results.Redirect(url));
        _site.MapGet("/round/{n:int}", (int n) => Results.Redirect($"/round/{n + 1}"));
        _site.MapGet("/far/{n:int}", (int n) => Results.Redirect(n == 1 ? "/calendar.ics" : $"/far/{n - 1}"));
        _site.MapGet("/nowhere", (HttpContext context) => context.Response.StatusCode = 302);
        _site.MapGet("/status/{status:int}", (int status) => Results.StatusCode(status));
        _site.MapGet("/large", Large);
        _site.MapGet("/bomb", Bomb);
        _site.MapGet("/slow", Slow);
        _site.MapGet("/broken", Broken);
        await _site.StartAsync();
        _port = new Uri(_site.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
    }

    public async Task DisposeAsync() => await _site.DisposeAsync();

    // webcal says neither http nor https; this site speaks http alone.
    [Theory]
    [InlineData("webcal://site.example/calendar.ics")]
    [InlineData(" WEBCAL://site.example/calendar.ics")]
    public async Task A_subscription_is_fetched_from_a_site_without_https(string address)
    {
        Name("site.example", Public);

        Assert.IsType<FetchOutcome.Fetched>(await Fetch(address));
    }

    [Fact]
    public async Task What_a_site_says_of_its_characters_is_handed_on()
    {
        Name("site.example", Public);

        Assert.Equal("windows-1251", Assert.IsType<FetchOutcome.Fetched>(await Fetch("http://site.example/cyrillic")).Charset);
    }

    [Fact]
    public async Task A_public_calendar_is_fetched()
    {
        Name("site.example", Public);

        var fetched = Assert.IsType<FetchOutcome.Fetched>(await Fetch("http://site.example/calendar.ics"));

        Assert.Equal("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", Encoding.ASCII.GetString(fetched.File.Span));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("169.254.169.254")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("fd00::1")]
    [InlineData("64:ff9b::7f00:1")]
    public async Task A_name_that_leads_to_a_private_address_is_refused_without_a_connection(string address)
    {
        Name("site.example", address);

        Assert.Equal(FetchReasons.PrivateAddress, await Reason("http://site.example/calendar.ics"));
        Assert.Empty(_connected);
    }

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://127.1/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f000001/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://127.0.0.1./")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://[0:0:0:0:0:ffff:7f00:1]/")]
    [InlineData("http://0/")]
    [InlineData("http://①②⑦.⓪.⓪.①/")]
    public async Task An_address_in_any_spelling_leads_nowhere_private(string address)
    {
        var reason = await Reason(address);

        // Spellings that the system does not take for an address are names, which nobody has.
        Assert.Contains(reason, new[] { FetchReasons.PrivateAddress, FetchReasons.HostUnknown, FetchReasons.AddressUnreadable });
        Assert.Empty(_connected);
    }

    // The check must not be one question and the connection another: whoever answers DNS would answer differently.
    [Fact]
    public async Task A_name_that_changes_its_address_gains_nothing()
    {
        _names["site.example"] = new Queue<string[]>([[Public], ["127.0.0.1"]]);

        Assert.IsType<FetchOutcome.Fetched>(await Fetch("http://site.example/calendar.ics"));
        Assert.Equal([IPAddress.Parse(Public)], _connected);
    }

    [Fact]
    public async Task Of_several_addresses_only_the_public_ones_are_tried()
    {
        Name("site.example", "127.0.0.1", Public, "192.168.1.1");

        Assert.IsType<FetchOutcome.Fetched>(await Fetch("http://site.example/calendar.ics"));
        Assert.Equal([IPAddress.Parse(Public)], _connected);
    }

    [Theory]
    [InlineData("http://inside.example/calendar.ics", FetchReasons.PrivateAddress)]
    [InlineData("http://127.0.0.1/calendar.ics", FetchReasons.PrivateAddress)]
    [InlineData("//inside.example/calendar.ics", FetchReasons.PrivateAddress)]
    [InlineData("file:///etc/passwd", FetchReasons.SchemeNotAllowed)]
    [InlineData("gopher://site.example/", FetchReasons.SchemeNotAllowed)]
    [InlineData("http://user:secret@site.example/calendar.ics", FetchReasons.CredentialsInAddress)]
    public async Task A_redirect_is_judged_as_the_first_address_was(string to, string reason)
    {
        Name("site.example", Public);
        Name("inside.example", "10.0.0.1");

        Assert.Equal(reason, await Reason("http://site.example/to?url=" + Uri.EscapeDataString(to)));
    }

    [Fact]
    public async Task Five_redirects_are_followed_and_not_six()
    {
        Name("site.example", Public);

        Assert.IsType<FetchOutcome.Fetched>(await Fetch("http://site.example/far/5"));
        Assert.Equal(FetchReasons.TooManyRedirects, await Reason("http://site.example/far/6"));
        Assert.Equal(FetchReasons.TooManyRedirects, await Reason("http://site.example/round/1"));
        Assert.Equal(FetchReasons.BadRedirect, await Reason("http://site.example/nowhere"));
    }

    [Theory]
    [InlineData("", FetchReasons.AddressUnreadable)]
    [InlineData("calendar.ics", FetchReasons.AddressUnreadable)]
    [InlineData("http://", FetchReasons.AddressUnreadable)]
    [InlineData("ftp://site.example/calendar.ics", FetchReasons.SchemeNotAllowed)]
    [InlineData("javascript:alert(1)", FetchReasons.SchemeNotAllowed)]
    [InlineData("data:text/calendar,BEGIN:VCALENDAR", FetchReasons.SchemeNotAllowed)]
    [InlineData("/etc/passwd", FetchReasons.SchemeNotAllowed)]
    [InlineData("https://user@site.example/", FetchReasons.CredentialsInAddress)]
    [InlineData("http://unknown.example/", FetchReasons.HostUnknown)]
    [InlineData("http://dead.example/", FetchReasons.Unreachable)]
    [InlineData("webcals://site.example/calendar.ics", FetchReasons.Unreachable)] // over https, which this site does not speak
    [InlineData("http://site.example/status/404", FetchReasons.HttpStatus)]
    [InlineData("http://site.example/status/401", FetchReasons.HttpStatus)]
    [InlineData("http://site.example/status/500", FetchReasons.HttpStatus)]
    [InlineData("http://site.example/status/204", FetchReasons.HttpStatus)]
    [InlineData("http://site.example/large", FetchReasons.TooLarge)]
    [InlineData("http://site.example/bomb", FetchReasons.TooLarge)]
    [InlineData("http://site.example/broken", FetchReasons.BrokenOff)]
    public async Task Every_way_to_fail_has_its_reason(string address, string reason)
    {
        Name("site.example", Public);
        Name("dead.example", "9.9.9.9");

        Assert.Equal(reason, await Reason(address));
    }

    [Fact]
    public async Task A_site_that_dawdles_is_left_after_twenty_seconds()
    {
        Name("site.example", Public);

        var reason = Reason("http://site.example/slow");
        await _asked.Task;
        _time.Advance(CalendarLimits.FetchTime);

        Assert.Equal(FetchReasons.TooSlow, await reason);
    }

    [Fact]
    public async Task The_admin_may_allow_private_addresses()
    {
        Name("site.example", "127.0.0.1");

        Assert.IsType<FetchOutcome.Fetched>(await Fetch("http://site.example/calendar.ics", allowPrivateAddresses: true));
    }

    [Fact]
    public async Task Who_gives_up_gets_no_outcome()
    {
        using var cancel = new CancellationTokenSource();
        Name("site.example", Public);
        using var fetcher = Fetcher();

        var fetching = fetcher.FetchAsync("http://site.example/slow", cancel.Token);
        await _asked.Task;
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetching);
    }

    private void Name(string host, params string[] addresses) => _names[host] = new Queue<string[]>([addresses]);

    private async Task<FetchOutcome> Fetch(string address, bool allowPrivateAddresses = false)
    {
        using var fetcher = Fetcher(allowPrivateAddresses);
        return await fetcher.FetchAsync(address, CancellationToken.None);
    }

    private async Task<string> Reason(string address)
    {
        var refused = Assert.IsType<FetchOutcome.Refused>(await Fetch(address));
        Assert.NotEmpty(refused.Sentence);
        return refused.Reason;
    }

    private CalendarFetcher Fetcher(bool allowPrivateAddresses = false) => new(allowPrivateAddresses, _time, new FetchNetwork(Resolve, Connect));

    private Task<IPAddress[]> Resolve(string host, CancellationToken cancel)
    {
        if (!_names.TryGetValue(host, out var answers))
            return Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound));
        var answer = answers.Count > 1 ? answers.Dequeue() : answers.Peek();
        return Task.FromResult(Array.ConvertAll(answer, IPAddress.Parse));
    }

    private Task<Stream> Connect(IPEndPoint endPoint, CancellationToken cancel)
    {
        _connected.Add(endPoint.Address);
        return endPoint.Address.ToString() is Public or "127.0.0.1"
            ? FetchNetwork.Real.Connect(new IPEndPoint(IPAddress.Loopback, _port), cancel)
            : Task.FromException<Stream>(new SocketException((int)SocketError.ConnectionRefused));
    }

    private static async Task Large(HttpContext context)
    {
        // No length is told; the bytes themselves must be counted.
        var mebibyte = new byte[1 << 20];
        for (var i = 0; i <= CalendarLimits.FileBytes >> 20 && !context.RequestAborted.IsCancellationRequested; i++)
            await context.Response.Body.WriteAsync(mebibyte, context.RequestAborted);
    }

    private static async Task Bomb(HttpContext context)
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            for (var i = 0; i <= CalendarLimits.FileBytes >> 20; i++)
                await gzip.WriteAsync(new byte[1 << 20], context.RequestAborted);
        context.Response.Headers.ContentEncoding = "gzip";
        await context.Response.Body.WriteAsync(packed.ToArray(), context.RequestAborted);
    }

    private async Task Slow(HttpContext context)
    {
        await context.Response.WriteAsync("BEGIN:VCALENDAR\r\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        _asked.TrySetResult();
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    private static async Task Broken(HttpContext context)
    {
        context.Response.ContentLength = 1000;
        await context.Response.WriteAsync("BEGIN:VCALENDAR\r\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        context.Abort();
    }
}
