using Google.Protobuf;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>Tells the peer what we hold: everything once, then what grows, at once where the peer lacks it and later where it does not.</summary>
internal sealed class Telling(PeerJournals journals)
{
    private readonly HashSet<PeerJournal> _untold = [];

    /// <summary>Everything, in pages; the last says that it is.</summary>
    public void TellAll(List<Effect> effects)
    {
        var pages = journals.All.Where(journal => journal.Held > 0).Chunk(Limits.CheckpointsInMessage).ToArray();
        for (var i = 0; i < pages.Length - 1; i++)
            effects.Add(Message(pages[i], "", isComplete: false));
        effects.Add(Message(pages.Length == 0 ? [] : pages[^1], "", isComplete: true));
    }

    /// <summary>Shows the peer what it signed itself and what contradicts our copy of its journal: only it can say which version counts.</summary>
    public void TellProofs(List<Effect> effects)
    {
        foreach (var page in journals.All.Where(journal => journal.OtherNote is not null).Chunk(Limits.CheckpointsInMessage))
        {
            var message = new Checkpoints();
            message.Journals.AddRange(page.Select(journal => new JournalCheckpoint { Note = UnsafeByteOperations.UnsafeWrap(journal.OtherNote!.Value) }));
            effects.Add(new Effect.Send(new SyncMessage { Checkpoints = message }));
        }
    }

    /// <summary>A journal grew here. A peer that lacks it learns it at once; one that does not, with the next <see cref="TellLate"/>.</summary>
    public void Tell(PeerJournal journal, string traceparent, List<Effect> effects)
    {
        if (journal.Held <= journal.Told)
            return;
        if (journal.HeldByPeer < journal.Held)
            effects.Add(Message([journal], traceparent, isComplete: false));
        else
            _untold.Add(journal);
    }

    /// <summary>
    /// What the peer holds itself and does not know that we hold: told once a second, so that each side's admin sees how far the
    /// other is, and many entries cost one message.
    /// </summary>
    public void TellLate(List<Effect> effects)
    {
        if (_untold.Count == 0)
            return;
        foreach (var page in _untold.Where(journal => journal.Held > journal.Told).Chunk(Limits.CheckpointsInMessage))
            effects.Add(Message(page, "", isComplete: false));
        _untold.Clear();
    }

    private static Effect.Send Message(PeerJournal[] page, string traceparent, bool isComplete)
    {
        var message = new Checkpoints { Complete = isComplete };
        foreach (var journal in page)
        {
            var head = journal.Ours!;
            journal.Told = head.Size;
            message.Journals.Add(new JournalCheckpoint
            {
                Note = UnsafeByteOperations.UnsafeWrap(head.Checkpoint.Note),
                Traceparent = traceparent,
                Held = head.Size == head.Checkpoint.Checkpoint.Size ? 0 : head.Size,
            });
        }

        return new Effect.Send(new SyncMessage { Checkpoints = message });
    }
}
