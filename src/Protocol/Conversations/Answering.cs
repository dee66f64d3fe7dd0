using Google.Protobuf;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>
/// The answering side: has the node read what the peer wants, one range of a journal after the other and a few journals at a time.
/// </summary>
internal sealed class Answering(PeerJournals journals)
{
    private readonly Queue<PeerJournal> _ready = [];
    private int _waiting;
    private int _reading;

    /// <summary>The peer wants entries. Null, or a sentence that says which rule it broke.</summary>
    public string? Receive(Want want, List<Effect> effects)
    {
        if (!Origin.TryFromBytes(want.Origin.Span, out var origin) || want.MaxBytes is 0 or > Limits.WantBytes)
            return $"You wanted entries of no journal, or not 1 to {Limits.WantBytes} bytes of them.";
        var journal = journals.Find(new JournalId(origin, want.Epoch));
        if (want.Continues && (want.From != 0 || journal is not { } known || (known.Wanted.Count == 0 && !known.IsBeingRead && known.AnsweredTo is null)))
            return "You wanted to continue an answer that I had not begun.";
        if (_waiting >= Limits.WantsWaiting)
            return $"You asked for more than {Limits.WantsWaiting} ranges at once.";
        if (journal is null)
        {
            effects.Add(Nothing(origin, want.Epoch, want.From));
            return null;
        }

        _waiting++;
        journal.Wanted.Enqueue(want);
        if (!journal.IsBeingRead && journal.Wanted.Count == 1)
            _ready.Enqueue(journal);
        Begin(effects);
        return null;
    }

    /// <summary>The node has sent what it was to read.</summary>
    public void Done(PeerJournal journal, ulong next, List<Effect> effects)
    {
        if (!journal.IsBeingRead)
            return;
        journal.IsBeingRead = false;
        journal.AnsweredTo = next;
        _reading--;
        if (journal.Wanted.Count > 0)
            _ready.Enqueue(journal);
        Begin(effects);
    }

    private void Begin(List<Effect> effects)
    {
        while (_reading < Limits.ReadsAtOnce && _ready.TryDequeue(out var journal))
        {
            var want = journal.Wanted.Dequeue();
            _waiting--;
            var from = want.Continues ? journal.AnsweredTo ?? 0 : want.From;
            if (from < journal.Held)
            {
                _reading++;
                journal.IsBeingRead = true;
                effects.Add(new Effect.Read(journal.Id, from, (int)want.MaxBytes));
                continue;
            }

            journal.AnsweredTo = from;
            effects.Add(Nothing(journal.Id.Origin, journal.Id.Epoch, from));
            if (journal.Wanted.Count > 0)
                _ready.Enqueue(journal);
        }
    }

    private static Effect.Send Nothing(Origin origin, uint epoch, ulong from) => new(new SyncMessage
    {
        Entries = new Entries
        {
            Origin = UnsafeByteOperations.UnsafeWrap(origin.ToByteArray()),
            Epoch = epoch,
            From = from,
            Last = true,
        },
    });
}
