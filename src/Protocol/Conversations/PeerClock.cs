namespace OuiShare.Federation.Protocol;

/// <summary>Compares a peer's clock with ours, so that people see that one is wrong. Nothing is decided by it.</summary>
internal static class PeerClock
{
    /// <summary>The peer's clock minus ours; zero when the peer names no time that can be.</summary>
    public static TimeSpan Skew(long sentAtUnixMs, DateTimeOffset now) => sentAtUnixMs is > 0 and <= Limits.WrittenAtUnixMs
        ? DateTimeOffset.FromUnixTimeMilliseconds(sentAtUnixMs) - now
        : TimeSpan.Zero;
}
