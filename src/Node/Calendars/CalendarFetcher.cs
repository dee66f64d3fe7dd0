using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// Fetches calendars by their address, for somebody who may not see what the node sees: http and https only, only from the public
/// internet, bounded in time and size. The address is judged when the connection is made, after DNS has answered and
/// for each redirect anew, so that a name cannot show one address to the check and another to the connection.
/// Safe for use by many threads.
/// </summary>
public sealed class CalendarFetcher : IDisposable
{
    private readonly bool _allowPrivateAddresses;
    private readonly TimeProvider _time;
    private readonly FetchNetwork _network;
    private readonly HttpClient _http;

    /// <summary>A fetcher; one serves the whole node.</summary>
    /// <param name="allowPrivateAddresses">Whether the admin lets calendars come from private, loopback and other special
    /// addresses.</param>
    /// <param name="time">Measures <see cref="CalendarLimits.FetchTime"/>.</param>
    /// <param name="network">How to reach the network.</param>
    internal CalendarFetcher(bool allowPrivateAddresses, TimeProvider time, FetchNetwork network)
    {
        _allowPrivateAddresses = allowPrivateAddresses;
        _time = time;
        _network = network;
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            UseCookies = false,
            // A proxy would make the connection in our stead, unjudged.
            UseProxy = false,
            MaxResponseHeadersLength = 64,
            MaxResponseDrainSize = 0,
            // Strangers are not told our trace.
            ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Fetches one calendar. Expected failures are outcomes; throws only when <paramref name="cancel"/> is cancelled.</summary>
    /// <param name="address">
    /// An http, https, webcal or webcals address. webcal does not say which of http and https it means: https is tried first, http when nobody answers
    /// there.
    /// </param>
    /// <param name="cancel">Gives up.</param>
    public async Task<FetchOutcome> FetchAsync(string address, CancellationToken cancel)
    {
        const string Webcal = "webcal:";
        var text = address.Trim();
        if (!text.StartsWith(Webcal, StringComparison.OrdinalIgnoreCase))
            return await FetchOnceAsync(text, CalendarLimits.FetchTime, cancel);
        var secure = await FetchOnceAsync("https:" + text[Webcal.Length..], CalendarLimits.FetchTime / 2, cancel);
        return secure is FetchOutcome.Refused { Reason: FetchReasons.Unreachable or FetchReasons.TooSlow or FetchReasons.BrokenOff }
            ? await FetchOnceAsync("http:" + text[Webcal.Length..], CalendarLimits.FetchTime / 2, cancel)
            : secure;
    }

    public void Dispose() => _http.Dispose();

    private async Task<FetchOutcome> FetchOnceAsync(string address, TimeSpan atMost, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(atMost, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            return await FollowAsync(address, both.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return new FetchOutcome.Refused(FetchReasons.TooSlow,
                $"The calendar did not arrive within {CalendarLimits.FetchTime.TotalSeconds} seconds. Try again later.");
        }
        catch (Exception error) when (error is HttpRequestException or IOException or SocketException or InvalidDataException)
        {
            return Failed(error);
        }
    }

    private async Task<FetchOutcome> FollowAsync(string address, CancellationToken cancel)
    {
        var (uri, refused) = Judge(address);
        for (var redirects = 0; refused is null; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/calendar"));
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*", 0.1));
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("OuiShareFederation", "0.1"));
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (response.StatusCode == HttpStatusCode.OK)
                return await ReadAsync(response, uri!, cancel);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
                return new FetchOutcome.Refused(FetchReasons.HttpStatus, Says(response.StatusCode));
            if (redirects == CalendarLimits.Redirects)
                return new FetchOutcome.Refused(FetchReasons.TooManyRedirects,
                    $"The address leads on more than {CalendarLimits.Redirects} times. Use the address it leads to.");
            if (response.Headers.Location is not { } location || !Uri.TryCreate(uri, location, out var next))
                return new FetchOutcome.Refused(FetchReasons.BadRedirect, "The site leads on to an address that cannot be read.");
            (uri, refused) = Judge(next.OriginalString);
        }

        return refused;
    }

    private static (Uri? Uri, FetchOutcome.Refused? Refused) Judge(string address)
    {
        // A site may lead on to such an address, too.
        var text = address.StartsWith("webcal", StringComparison.OrdinalIgnoreCase) && address.IndexOf(':', StringComparison.Ordinal) is 6 or 7
            ? "https" + address[address.IndexOf(':', StringComparison.Ordinal)..]
            : address;
        if (text.Length > CalendarLimits.UrlLength || !Uri.TryCreate(text, UriKind.Absolute, out var uri))
            return (null, new FetchOutcome.Refused(FetchReasons.AddressUnreadable,
                $"That is no whole address, such as https://example.org/calendar.ics, of at most {CalendarLimits.UrlLength} characters."));
        if (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
            return (null, new FetchOutcome.Refused(FetchReasons.SchemeNotAllowed,
                "Calendars are fetched from addresses that begin with https, http or webcal."));
        return uri.UserInfo.Length > 0
            ? (null, new FetchOutcome.Refused(FetchReasons.CredentialsInAddress,
                "The address holds a user name or a password. Use an address that needs none; it would be stored for all admins to see."))
            : (uri, null);
    }

    private static async Task<FetchOutcome> ReadAsync(HttpResponseMessage response, Uri uri, CancellationToken cancel)
    {
        var tooLarge = new FetchOutcome.Refused(FetchReasons.TooLarge, $"The calendar has more than {CalendarLimits.FileBytes >> 20} MiB.");
        if (response.Content.Headers.ContentLength > CalendarLimits.FileBytes)
            return tooLarge;
        using var file = new MemoryStream();
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[64 * 1024];
        // Counted after unpacking, so that a small answer cannot become a large one.
        while (await body.ReadAsync(buffer, cancel) is var read and > 0)
        {
            if (file.Length + read > CalendarLimits.FileBytes)
                return tooLarge;
            file.Write(buffer, 0, read);
        }

        return new FetchOutcome.Fetched(file.ToArray(), uri, response.Content.Headers.ContentType?.CharSet ?? "");
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await _network.Resolve(host, cancel);
        var allowed = addresses.Where(address => _allowPrivateAddresses || PublicAddress.Is(address)).ToList();
        if (allowed.Count == 0)
            throw addresses.Length == 0 ? new SocketException((int)SocketError.HostNotFound) : new PrivateAddressException();

        for (var i = 0; ; i++)
        {
            try
            {
                return await _network.Connect(new IPEndPoint(allowed[i], port), cancel);
            }
            catch (SocketException) when (i < allowed.Count - 1)
            {
                // The next address of the same host may answer.
            }
        }
    }

    private static FetchOutcome.Refused Failed(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is PrivateAddressException)
                return new FetchOutcome.Refused(FetchReasons.PrivateAddress,
                    "The address lies in a private or local network, where calendars are not fetched from. Whoever runs the node can "
                        + "allow it with the setting AllowPrivateCalendars.");
            if (cause is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain })
                return new FetchOutcome.Refused(FetchReasons.HostUnknown, "There is no site of that name. Check the address.");
        }

        var unreachable = error is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.NameResolutionError,
        };
        return unreachable
            ? new FetchOutcome.Refused(FetchReasons.Unreachable, $"The site does not answer: {error.Message}")
            : new FetchOutcome.Refused(FetchReasons.BrokenOff, $"The site's answer broke off or cannot be read: {error.Message}");
    }

    private static string Says(HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound or HttpStatusCode.Gone => "The site has no calendar at this address. Check the address.",
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
            "The site gives this calendar only to people who sign in. Use its public or secret address.",
        _ => $"The site answered {(int)status} instead of a calendar. Try again later.",
    };

    private sealed class PrivateAddressException() : IOException("Not an address of the public internet.");
}
