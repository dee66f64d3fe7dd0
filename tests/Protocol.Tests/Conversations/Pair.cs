using OuiShare.Federation.Protocol.Tests.Simulation;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol.Tests.Conversations;

/// <summary>Two nodes and the connection between them, for tests of one conversation.</summary>
internal sealed class Pair
{
    private readonly Random _random = new(1);

    public Pair(SimNode? caller = null, SimNode? answerer = null, InvitationCode? invitation = null)
    {
        Caller = caller ?? new SimNode(1, Truth);
        Answerer = answerer ?? new SimNode(2, Truth);
        Link = new SimLink(Caller, Answerer, _random, invitation);
    }

    public SimTruth Truth { get; } = new();

    public SimNode Caller { get; }

    public SimNode Answerer { get; }

    public SimLink Link { get; }

    public SimEnd CallerEnd => Link.CallerEnd;

    public SimEnd AnswererEnd => Link.AnswererEnd;

    public DateTimeOffset Now { get; set; } = Chapters.Noon;

    public static Pair Met(SimNode? caller = null, SimNode? answerer = null)
    {
        var pair = new Pair(caller, answerer);
        pair.Open();
        return pair;
    }

    public void Open()
    {
        Link.Open(Now);
        Run();
    }

    /// <summary>Everything that is on its way arrives.</summary>
    public void Run(int mostSteps = 100_000)
    {
        for (var i = 0; i < mostSteps && Link.IsBusy; i++)
            Link.TryStep(Link.Ends[i % 2], _random, Now, (_, _, _) => { });
    }

    public void Append(SimNode node, int entries, string traceparent = "", int recordBytes = 40)
    {
        var head = node.Append(_random, entries, recordBytes: recordBytes);
        var end = Link.Ends.Single(end => end.Node == node);
        end.Do(end.Conversation.Grown(head, traceparent, Now));
        Run();
    }

    public void Tick(TimeSpan later)
    {
        Now += later;
        foreach (var end in Link.Ends)
            end.Do(end.Conversation.Tick(Now));
        Run();
    }

    /// <summary>The caller receives this as if the answerer had sent it.</summary>
    public void Say(SyncMessage message)
    {
        CallerEnd.Do(CallerEnd.Conversation.Receive(message, Now));
        Run();
    }
}
