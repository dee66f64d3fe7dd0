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

            var (callerKey, mailKey) = (KeyOf(caller), Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(mail.ToUpperInvariant()))));
            var isFree = _counts.Count < Keys && _counts.GetValueOrDefault(callerKey) < MailsOfCaller && _counts.GetValueOrDefault(mailKey) < MailsOfAddress;
            if (isFree)
            {
                _counts[callerKey] = _counts.GetValueOrDefault(callerKey) + 1;
                _counts[mailKey] = _counts.GetValueOrDefault(mailKey) + 1;
            }

            return isFree;
        }
    }

    private static string KeyOf(IPAddress? caller)
    {
        if (caller is null)
            return "";
        var bytes = (caller.IsIPv4MappedToIPv6 ? caller.MapToIPv4() : caller).GetAddressBytes();
        return Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, 8)));
    }
}
