using System.Net;
using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Chapters;

/// <summary>From where others can call an address.</summary>
public enum Reach
{
    /// <summary>Anywhere, as far as the address tells.</summary>
    Anywhere,

    /// <summary>Only the machines of its own network: a private address, or a name that no public name server knows.</summary>
    Network,

    /// <summary>Only this machine.</summary>
    Machine,
}

/// <summary>What may stand as the address of a node: the beginning of every link, so a web address without anything after the host.</summary>
public static class PublicUrl
{
    private static readonly string[] LocalNames = [".local", ".lan", ".internal", ".home", ".home.arpa"];

    /// <summary>Why an address cannot begin links; null when it can, or is empty.</summary>
    /// <param name="field">Name of the field that holds it.</param>
    /// <param name="address">The address, without a slash at its end.</param>
    public static RuleViolation? Check(string field, string address)
    {
        // What is no web address at all the record's own rules refuse.
        if (address.Length == 0 || !Uri.TryCreate(address, UriKind.Absolute, out var uri) || !uri.Scheme.StartsWith("http", StringComparison.Ordinal) || uri.Host.Length == 0)
            return null;
        return uri.AbsolutePath is "/" && uri.Query.Length == 0 && uri.Fragment.Length == 0
            ? null
            : new RuleViolation(field, "ADDRESS_PATH", $"Leave out what follows the host: {uri.GetLeftPart(UriPartial.Authority)} is enough, and every link begins with it.");
    }

    /// <summary>From where others can call a web address.</summary>
    public static Reach ReachOf(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri))
            return Reach.Anywhere;
        var host = uri.IdnHost.Trim('[', ']').TrimEnd('.').ToLowerInvariant();
        if (IPAddress.TryParse(host, out var ip))
            return IPAddress.IsLoopback(ip) || ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any) ? Reach.Machine : PublicAddress.Is(ip) ? Reach.Anywhere : Reach.Network;
        if (host == "localhost" || host.EndsWith(".localhost", StringComparison.Ordinal))
            return Reach.Machine;
        return !host.Contains('.', StringComparison.Ordinal) || LocalNames.Any(end => host.EndsWith(end, StringComparison.Ordinal)) ? Reach.Network : Reach.Anywhere;
    }

    /// <summary>What an operator should know of an address in an invitation; empty when there is nothing.</summary>
    internal static string WarningOf(string address) => ReachOf(address) switch
    {
        Reach.Machine => $"Careful: {address} leads back to whichever machine calls it, so only a node on this machine can use this invitation. Name this node's public address with --address, or set it once on the page Settings.",
        Reach.Network => $"Careful: {address} can be called only from this network, so only a node in it can use this invitation. Name this node's public address with --address, or set it once on the page Settings.",
        _ => "",
    };
}
