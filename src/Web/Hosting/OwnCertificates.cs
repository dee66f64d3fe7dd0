using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace OuiShare.Federation.Web.Hosting;

/// <summary>Finds out which certificates the node shows, by asking it: whatever file, store or name they were chosen by.</summary>
/// <remarks>
/// The operator's tool calls the node on this machine, under an address that no certificate names. It reads these from the data folder, which only
/// the node's user can write, and so knows the node more surely than by a name: another program that took the port has not its key.
/// </remarks>
internal static class OwnCertificates
{
    /// <summary>A handshake with oneself takes milliseconds.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>SHA-256 of each certificate, in lower-case hexadecimal digits; null when no address is https.</summary>
    /// <param name="urls">The addresses on which the node listens now.</param>
    /// <param name="time">For the limit.</param>
    public static async Task<IReadOnlyList<string>?> ReadAsync(IEnumerable<string> urls, TimeProvider time)
    {
        var addresses = urls.Select(ToCallable).OfType<Uri>().Where(url => url.Scheme == Uri.UriSchemeHttps).ToList();
        if (addresses.Count == 0)
            return null;

        var hashes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var address in addresses)
        {
            if (await AskAsync(address, time) is { } hash)
                hashes.Add(hash);
        }

        return [.. hashes];
    }

    private static async Task<string?> AskAsync(Uri address, TimeProvider time)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        string? hash = null;
        try
        {
            using var connection = new TcpClient();
            await connection.ConnectAsync(address.Host.Trim('[', ']'), address.Port, limit.Token);
            await using var stream = new SslStream(connection.GetStream());
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = address.Host,
                // It is looked at and refused: nothing is to be sent.
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                {
                    hash = certificate is null ? null : Convert.ToHexStringLower(SHA256.HashData(certificate.GetRawCertData()));
                    return false;
                },
            };
            await stream.AuthenticateAsClientAsync(options, limit.Token);
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException or OperationCanceledException)
        {
            // As refused above, as a rule. When nothing was seen, the tool checks the certificate's name as for any other node.
        }

        return hash;
    }

    /// <summary>"Any address" can be listened on but not called.</summary>
    private static Uri? ToCallable(string url)
    {
        if (!Uri.TryCreate(url.Replace("://*", "://127.0.0.1", StringComparison.Ordinal).Replace("://+", "://127.0.0.1", StringComparison.Ordinal), UriKind.Absolute, out var uri))
            return null;
        if (!IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address))
            return uri;
        if (address.Equals(IPAddress.Any))
            return new UriBuilder(uri) { Host = "127.0.0.1" }.Uri;
        return address.Equals(IPAddress.IPv6Any) ? new UriBuilder(uri) { Host = "[::1]" }.Uri : uri;
    }
}
