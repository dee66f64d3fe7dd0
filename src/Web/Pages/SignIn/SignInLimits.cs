using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace OuiShare.Federation.Web.Pages.SignIn;

/// <summary>
/// How often sign-in mails may be asked for: nobody shall be able to fill a member's mailbox, nor use this node to mail the
/// world. Counts in memory alone, and of an address only its hash. Thread-safe.
/// </summary>
public sealed class SignInLimits(TimeProvider time)
{
    /// <summary>Mails to one address within <see cref="Window"/>.</summary>
    public const int MailsOfAddress = 5;

    /// <summary>Mails asked for from one IP address (IPv6: one /64, which is one household) within <see cref="Window"/>.</summary>
    public const int MailsOfCaller = 20;

    /// <summary>
    /// Mails asked for from one /48 of IPv6 within <see cref="Window"/>: what a provider gives one customer may be as large, and holds 65,536
    /// networks that look like households.
    /// </summary>
    public const int MailsOfNetwork = 3 * MailsOfCaller;

    /// <summary>Keys counted at the same time; beyond, nothing is sent until the window ends.</summary>
    public const int Keys = 20_000;

    /// <summary>How long a count lasts.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly Dictionary<string, int> _counts = [];
    private readonly Lock _lock = new();
    private DateTimeOffset _windowEnd;

    /// <summary>Counts a request; false when it is one too many.</summary>
    public bool TryTake(IPAddress? caller, string mail)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now >= _windowEnd)
            {
                _counts.Clear();
                _windowEnd = now + Window;
            }

            (string Key, int Most)[] buckets =
            [
                .. BucketsOf(caller),
                (Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(mail.ToUpperInvariant()))), MailsOfAddress),
            ];
            var isFree = _counts.Count < Keys && buckets.All(bucket => _counts.GetValueOrDefault(bucket.Key) < bucket.Most);
            foreach (var (key, _) in isFree ? buckets : [])
                _counts[key] = _counts.GetValueOrDefault(key) + 1;

            return isFree;
        }
    }

    private static IEnumerable<(string Key, int Most)> BucketsOf(IPAddress? caller)
    {
        var bytes = caller is null ? [] : (caller.IsIPv4MappedToIPv6 ? caller.MapToIPv4() : caller).GetAddressBytes();
        // The number of bytes is in the key: no IPv4 address counts as a network of IPv6.
        if (bytes.Length <= 4)
            return [(Convert.ToHexString(bytes), MailsOfCaller)];
        return [($"{Convert.ToHexString(bytes[..8])}/64", MailsOfCaller), ($"{Convert.ToHexString(bytes[..6])}/48", MailsOfNetwork)];
    }
}
