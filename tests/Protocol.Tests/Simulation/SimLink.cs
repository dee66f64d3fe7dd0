using Google.Protobuf;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol.Tests.Simulation;

/// <summary>
/// A connection between two nodes with what is on its way: messages in both directions, reads and stores that the nodes have begun.
/// Each queue moves on its own, so that a run of random steps is a run of random delays.
/// </summary>
internal sealed class SimLink
{
    private readonly SimEnd[] _ends;

    public SimLink(SimNode caller, SimNode answerer, Random random, InvitationCode? invitation = null)
    {
        _ends =
        [
            new SimEnd(caller, caller.Talk(ConversationRole.Caller, answerer, random, invitation)),
            new SimEnd(answerer, answerer.Talk(ConversationRole.Answerer, caller, random)),
        ];
    }

    public SimNode Caller => _ends[0].Node;

    public SimNode Answerer => _ends[1].Node;

    public SimEnd CallerEnd => _ends[0];

    public SimEnd AnswererEnd => _ends[1];

    public IReadOnlyList<SimEnd> Ends => _ends;

    public bool IsOver => _ends.Any(end => end.HangUp is not null && end.Outgoing.Count == 0);

    /// <summary>Something is on its way.</summary>
    public bool IsBusy => _ends.Any(end => end.Outgoing.Count + end.Tasks.Count > 0);

    public SimEnd Other(SimEnd end) => end == _ends[0] ? _ends[1] : _ends[0];

    public void Open(DateTimeOffset now)
    {
        foreach (var end in _ends)
            end.Do(end.Conversation.Open(now));
    }

    /// <summary>Moves one message or finishes one task of one end; false when that end has none.</summary>
    /// <param name="end">The end.</param>
    /// <param name="random">Chooses between the two.</param>
    /// <param name="now">Now.</param>
    /// <param name="grown">A journal grew at the end's node.</param>
    /// <param name="settled">The end's node put a forked journal right: all its connections begin anew, or only the one with this origin.</param>
    public bool TryStep(SimEnd end, Random random, DateTimeOffset now, Action<SimNode, JournalHead, string> grown, Action<SimNode, Origin?>? settled = null)
    {
        var isMessage = end.Outgoing.Count > 0 && (end.Tasks.Count == 0 || random.Next(2) == 0);
        if (isMessage)
        {
            var bytes = end.Outgoing.Dequeue();
            var other = Other(end);
            other.BytesReceived += bytes.Length;
            if (other.HangUp is null)
                other.Do(other.Conversation.Receive(SyncMessage.Parser.ParseFrom(bytes), now));
            return true;
        }

        if (end.Tasks.Count == 0)
            return false;
        switch (end.Tasks.Dequeue())
        {
            case Effect.Store store when end.Node.Forks.Left.ContainsKey(store.Range.Journal):
                end.Do(end.Conversation.Leave(store.Range.Journal, now));
                end.Do(end.Conversation.StoreFailed(store.Range.Journal, now));
                break;
            case Effect.Store store when end.Node.TryStore(store.Range):
                end.Do(end.Conversation.Stored(store.Range.Head, now));
                grown(end.Node, store.Range.Head, store.Traceparent);
                if (end.Node.Forks.Stored(store.Range))
                    settled?.Invoke(end.Node, null);
                break;
            case Effect.Store store:
                end.Do(end.Conversation.StoreFailed(store.Range.Journal, now));
                break;
            case Effect.Read read:
                var (messages, next) = end.Node.Read(read.Journal, read.From, read.MaxBytes);
                foreach (var message in messages)
                    end.Send(message);
                end.Do(end.Conversation.ReadDone(read.Journal, next, now));
                break;
            case Effect.AskAdmission:
                end.Do(end.Conversation.Admitted(end.Node.Forks.Followed, now, end.Node.Forks.LeftJournals));
                break;
            case Effect.Compare compare:
                end.Do(end.Conversation.Compared(compare.Journal, compare.Size, end.Node.Prefix(compare.Journal, compare.Size)?.Root(), now));
                break;
            case Effect.ReadPrefix prefix:
                end.Do(end.Conversation.Prefix(prefix.Journal, end.Node.Prefix(prefix.Journal, prefix.Size), now));
                break;
            case Effect.OwnJournalAhead ahead:
                end.Node.Forks.HearAhead(end, ahead, now);
                break;
            case Effect.Reject reject:
                Meet(end.Node.Forks.HearRejected(end, reject, now), reject.Journal.Origin);
                break;
            case Effect.BranchMissed missed:
                Meet(end.Node.Forks.HearMissed(end, missed.Journal), missed.Journal.Origin);
                break;
            case Effect.BranchFound found:
                Meet(end.Node.Forks.HearBranch(end, found, now), found.Journal.Origin);
                break;
        }

        return true;

        void Meet(SimMeeting meeting, Origin origin)
        {
            if (meeting == SimMeeting.Everybody)
                settled?.Invoke(end.Node, null);
            // The origin's own conversation has told the copy already, and the note is its own.
            else if (meeting == SimMeeting.Origin && Other(end).Node.Key.Origin != origin)
                settled?.Invoke(end.Node, origin);
        }
    }

    /// <summary>The connection breaks; what is on its way is lost.</summary>
    public void Break()
    {
        foreach (var end in _ends)
        {
            end.Conversation.Lost();
            end.Node.Forks.Broke(end);
        }
    }
}

/// <summary>One node's end of a connection.</summary>
internal sealed class SimEnd(SimNode node, Conversation conversation)
{
    public SimNode Node { get; } = node;

    public Conversation Conversation { get; } = conversation;

    public Queue<byte[]> Outgoing { get; } = [];

    /// <summary>Stores, reads and admissions the node has begun, in order.</summary>
    public Queue<Effect> Tasks { get; } = [];

    /// <summary>All effects so far, messages left out.</summary>
    public List<Effect> Seen { get; } = [];

    /// <summary>All messages sent so far.</summary>
    public List<SyncMessage> Sent { get; } = [];

    public Effect.HangUp? HangUp { get; private set; }

    public long BytesReceived { get; set; }

    /// <summary>A hostile relay: changes what this end sends; null drops it.</summary>
    public Func<SyncMessage, SyncMessage?> Tamper { get; set; } = message => message;

    public void Do(IReadOnlyList<Effect> effects)
    {
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case Effect.Send send:
                    Send(send.Message);
                    continue;
                case Effect.HangUp hangUp:
                    HangUp = hangUp;
                    break;
                case Effect.Store or Effect.Read or Effect.AskAdmission:
                case Effect.Compare or Effect.ReadPrefix:
                case Effect.OwnJournalAhead or Effect.Reject or Effect.BranchFound or Effect.BranchMissed when Node.SettlesForks:
                    Tasks.Enqueue(effect);
                    break;
            }

            Seen.Add(effect);
        }
    }

    public void Send(SyncMessage message)
    {
        if (Tamper(message.Clone()) is not { } sent)
            return;
        Sent.Add(sent);
        var bytes = sent.ToByteArray();
        Assert.InRange(bytes.Length, 0, Limits.MessageBytes);
        Outgoing.Enqueue(bytes);
    }
}
