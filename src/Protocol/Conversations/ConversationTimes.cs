namespace OuiShare.Federation.Protocol;

/// <summary>
/// When what happened last in a conversation, and what is overdue. A clock that was set back makes no silence last longer: what would
/// then lie in the future counts as happening now.
/// </summary>
internal sealed class ConversationTimes
{
    private DateTimeOffset _openedAt;
    private DateTimeOffset _sentAt;
    private DateTimeOffset _toldAt;

    /// <summary>When the peer was last heard; null before its first message.</summary>
    public DateTimeOffset? LastHeard { get; private set; }

    public void Opened(DateTimeOffset now) => (_openedAt, _sentAt) = (now, now);

    public void Heard(DateTimeOffset now) => LastHeard = now;

    public void Sent(DateTimeOffset now) => _sentAt = now;

    /// <summary>The peer goes on telling what it holds, or may now begin to.</summary>
    public void Told(DateTimeOffset now) => _toldAt = now;

    /// <summary>Why the conversation has lasted too long in silence, in a sentence for the peer; null: it has not.</summary>
    public string? Overdue(ConversationPhase phase, DateTimeOffset now)
    {
        (_openedAt, _sentAt, _toldAt) = (Earlier(_openedAt, now), Earlier(_sentAt, now), Earlier(_toldAt, now));
        LastHeard = LastHeard is { } heard ? Earlier(heard, now) : null;
        if (phase < ConversationPhase.Admission && now - _openedAt > Limits.HandshakeTime)
            return $"The handshake took longer than {Limits.HandshakeTime.TotalSeconds} s.";
        if (now - (LastHeard ?? _openedAt) > Limits.SilenceTime)
            return $"I heard nothing for {Limits.SilenceTime.TotalSeconds} s.";
        // Heartbeats alone would keep a peer that tells nothing connected for ever, and its place taken.
        return phase == ConversationPhase.Frontiers && now - _toldAt > Limits.AnswerTime
            ? $"You did not go on telling what you hold for {Limits.AnswerTime.TotalSeconds} s."
            : null;
    }

    /// <summary>Nothing was sent, or nothing heard, for so long that the caller sends a heartbeat.</summary>
    public bool IsHeartbeatDue(DateTimeOffset now) =>
        now - _sentAt >= Limits.HeartbeatInterval || now - (LastHeard ?? _openedAt) >= Limits.HeartbeatInterval;

    private static DateTimeOffset Earlier(DateTimeOffset time, DateTimeOffset now) => time < now ? time : now;
}
