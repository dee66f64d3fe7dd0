using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>Compares a peer's clock with ours, so that people see that one is wrong. Nothing is decided by it.</summary>
internal static class PeerClock
{
    /// <summary>The peer's clock minus ours as a heartbeat shows it; null when it shows nothing that can be.</summary>
    public static TimeSpan? Measure(Heartbeat heartbeat, DateTimeOffset now)
    {
        if (heartbeat.AnswersUnixMs == 0)
            return Skew(heartbeat.SentAtUnixMs, now);
        var roundTrip = -Skew(heartbeat.AnswersUnixMs, now);
        return roundTrip >= TimeSpan.Zero && roundTrip < Limits.SilenceTime ? Skew(heartbeat.SentAtUnixMs, now) + roundTrip / 2 : null;
    }

    /// <summary>The peer's clock minus ours; zero when the peer names no time that can be.</summary>
    public static TimeSpan Skew(long sentAtUnixMs, DateTimeOffset now) => sentAtUnixMs is > 0 and <= Limits.WrittenAtUnixMs
        ? DateTimeOffset.FromUnixTimeMilliseconds(sentAtUnixMs) - now
        : TimeSpan.Zero;
}
