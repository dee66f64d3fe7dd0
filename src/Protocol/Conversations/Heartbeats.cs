using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>Keeps an idle connection open, measures the peer's clock, and asks whether its process still runs.</summary>
internal sealed class Heartbeats(ConversationSettings settings)
{
    private Origin? _peer;
    private bool _isAsked;

    /// <summary>The peer's clock minus ours, half a round trip subtracted once the caller measured one; zero until known.</summary>
    public TimeSpan ClockSkew { get; private set; }

    /// <summary>The peer said Hello.</summary>
    public void Meet(PeerHello hello) => (_peer, ClockSkew) = (hello.Origin, hello.ClockSkew);

    /// <summary>Nothing was said for a while.</summary>
    public static Effect.Send Beat(DateTimeOffset now) => Message(new Heartbeat { SentAtUnixMs = now.ToUnixTimeMilliseconds() });

    /// <summary>Has the peer's process sign that it runs.</summary>
    public Effect.Send AskAlive(DateTimeOffset now)
    {
        _isAsked = true;
        return Message(new Heartbeat { SentAtUnixMs = now.ToUnixTimeMilliseconds(), AsksAlive = true });
    }

    /// <summary>A heartbeat of the peer.</summary>
    public void Hear(Heartbeat heartbeat, DateTimeOffset now, List<Effect> effects)
    {
        ClockSkew = PeerClock.Measure(heartbeat, now) ?? ClockSkew;
        if (heartbeat.AnswersUnixMs == 0)
        {
            effects.Add(Message(new Heartbeat
            {
                SentAtUnixMs = now.ToUnixTimeMilliseconds(),
                AnswersUnixMs = heartbeat.SentAtUnixMs,
                Alive = heartbeat.AsksAlive ? settings.Instance?.Say(settings.Key, now) : null,
            }));
        }

        if (!_isAsked || heartbeat.Alive is not { } alive || !NodeInstance.IsSaidBy(_peer!.Value, alive))
            return;
        _isAsked = false;
        effects.Add(new Effect.AliveHeard(alive));
    }

    private static Effect.Send Message(Heartbeat heartbeat) => new(new SyncMessage { Heartbeat = heartbeat });
}
