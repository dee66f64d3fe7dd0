using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Output;

/// <summary>Numbers, times and states as a person says them.</summary>
internal static class Words
{
    /// <summary>"1 event", "1,204 events".</summary>
    public static string Count(ulong number, string one, string many) => $"{Number(number)} {(number == 1 ? one : many)}";

    /// <summary>1,204.</summary>
    public static string Number(ulong number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>"640 bytes", "12.4 KB", "3.1 GB"; units of 1,000, as disks are sold.</summary>
    public static string Bytes(ulong bytes) => bytes switch
    {
        < 1_000 => Count(bytes, "byte", "bytes"),
        < 1_000_000 => Scaled(bytes, 1e3, "KB"),
        < 1_000_000_000 => Scaled(bytes, 1e6, "MB"),
        _ => Scaled(bytes, 1e9, "GB"),
    };

    /// <summary>"12 s", "3 min", "2 h 5 min", "4 days": two units at most, rounded down.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        _ when span < TimeSpan.FromSeconds(1) => "less than 1 s",
        _ when span < TimeSpan.FromMinutes(1) => $"{span.Seconds} s",
        _ when span < TimeSpan.FromHours(1) => $"{span.Minutes} min",
        _ when span < TimeSpan.FromDays(1) => span.Minutes == 0 ? $"{span.Hours} h" : $"{span.Hours} h {span.Minutes} min",
        _ => Count((ulong)span.Days, "day", "days"),
    };

    /// <summary>"just now", "3 min ago"; "never" when absent.</summary>
    public static string Ago(Timestamp? then, DateTimeOffset now)
    {
        if (then is null)
            return "never";
        var span = now - then.ToDateTimeOffset();
        return span < TimeSpan.FromSeconds(2) ? "just now" : Span(span) + " ago";
    }

    /// <summary>"in 12 s", "now"; empty when absent.</summary>
    public static string Until(Timestamp? then, DateTimeOffset now)
    {
        if (then is null)
            return "";
        var span = then.ToDateTimeOffset() - now;
        return span < TimeSpan.FromSeconds(1) ? "now" : "in " + Span(span);
    }

    /// <summary>"Tue 4 March 2025 at 14:05", by this machine's clock on the wall.</summary>
    public static string LocalTime(Timestamp time, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(time.ToDateTimeOffset(), zone).ToString("ddd d MMMM yyyy 'at' HH:mm", CultureInfo.InvariantCulture);

    /// <summary>What a peer is doing.</summary>
    public static string State(PeerState state) => state switch
    {
        PeerState.Syncing => "syncing",
        PeerState.UpToDate => "up to date",
        PeerState.Connecting => "connecting",
        PeerState.Unreachable => "cannot be reached",
        PeerState.Paused => "paused",
        PeerState.Blocked => "blocked",
        PeerState.Refused => "refuses us",
        PeerState.Waiting => "must call us",
        _ => $"unknown ({(int)state})",
    };

    /// <summary>Who is to follow an advice; empty when the node does not say.</summary>
    public static string Acting(ActingSide side) => side switch
    {
        ActingSide.Nobody => "nobody yet: it is called again by itself",
        ActingSide.Us => "you",
        ActingSide.Them => "its admin: tell them",
        _ => "",
    };

    /// <summary>What a peer has told of that we lack: "nothing", "1,204 entries for 3 min".</summary>
    public static string Behind(Peer peer) => peer.BehindEntries == 0
        ? peer.LastContact is null ? "unknown" : "nothing"
        : Count(peer.BehindEntries, "entry", "entries")
            + (peer.BehindFor is { } span && span.ToTimeSpan() > TimeSpan.Zero ? " for " + Span(span.ToTimeSpan()) : "");

    /// <summary>Its name, or the beginning of its key while it has told none.</summary>
    public static string Name(Peer peer) => peer.ChapterName.Length > 0 ? Plain.Line(peer.ChapterName) : Plain.Short(peer.Origin);

    private static string Scaled(ulong bytes, double unit, string name) => (bytes / unit).ToString("0.0", CultureInfo.InvariantCulture) + " " + name;
}
