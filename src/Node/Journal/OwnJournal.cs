using System.Diagnostics;
using System.Security.Cryptography;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Journal;

/// <summary>
/// The chapter's own journal, of which this node is the only writer. Everything that is published goes through <see cref="WriteAsync{T}"/>;
/// all appends of one group commit share one signed checkpoint.
/// </summary>
/// <remarks>
/// Positions are taken by the database: the keys of entries are unique and the journal's row moves on only from the size this writer saw.
/// A second writer, such as a process that was frozen and woke, therefore fails instead of forking the journal.
/// </remarks>
internal sealed class OwnJournal : IGroupParticipant
{
    private readonly NodeDatabase _database;
    private readonly JournalRegister _register;
    private readonly JournalFeed _feed;
    private readonly NodeKey _key;
    private readonly TimeProvider _time;
    private readonly RandomNumberGenerator _random = RandomNumberGenerator.Create();
    private volatile bool _isClosedForGood;
    private volatile TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<EntryDraft> _pending = [];
    private readonly Dictionary<uint, ulong> _writtenFrom = [];

    // Journals whose end was replaced by the running group: others hear of them when that is on disk.
    private readonly List<StoredJournal> _replaced = [];

    private StoredJournal _committed;
    private JournalWriter _writer;
    private StoredJournal? _uncommitted;
    private ActivityContext _cause;

    public OwnJournal(NodeDatabase database, JournalRegister register, JournalFeed feed, NodeKey key, TimeProvider time)
    {
        _database = database;
        _register = register;
        _feed = feed;
        _key = key;
        _time = time;
        (_committed, _writer) = (null!, null!); // Load sets both before the database starts.
    }

    /// <summary>This node's key as others know it.</summary>
    public Origin Origin => _key.Origin;

    /// <summary>The epoch being written.</summary>
    public JournalId Journal => _committed.Journal;

    /// <summary>How many entries of one of its epochs are on disk.</summary>
    public ulong Held(JournalId journal) => _register.Find(journal)?.Size ?? 0;

    /// <summary>Whether entries may be appended; see <see cref="Open"/>.</summary>
    public bool IsOpen => _open.Task.IsCompletedSuccessfully;

    /// <summary>It stays closed as long as this process runs; see <see cref="CloseForGood"/>.</summary>
    public bool IsClosedForGood => _isClosedForGood;

    /// <summary>Reads where the journal stands. Before the database starts.</summary>
    public void Load(DatabaseSession session)
    {
        var newest = _register.Of(_key.Origin).FirstOrDefault()
            ?? JournalTables.FindOrAdd(session, new JournalId(_key.Origin, Epoch: 0), carriedBy: null, Now());
        Continue(newest);
        _writtenFrom[newest.Journal.Epoch] = newest.Size;
    }

    /// <summary>Lets appends begin: nobody holds more of this journal than we do, as far as we can know.</summary>
    public void Open()
    {
        if (!_isClosedForGood)
            _open.TrySetResult();
    }

    /// <summary>Holds appends back for as long as this process runs: another writes with the same key.</summary>
    public void CloseForGood()
    {
        _isClosedForGood = true;
        Close();
    }

    /// <summary>Holds appends back until <see cref="Open"/>: a peer holds more of this journal than we do. Idempotent.</summary>
    public void Close()
    {
        if (IsOpen)
            _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>
    /// Runs work that may append to the journal, in the same transaction as whatever else it writes. Waits until the journal is open.
    /// </summary>
    /// <exception cref="JournalNotOpenException">The journal did not open within <see cref="JournalLimits.OpeningWait"/>.</exception>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public async Task<T> WriteAsync<T>(Func<DatabaseSession, OwnJournal, T> work, CancellationToken cancellationToken = default)
    {
        if (_isClosedForGood)
            throw JournalNotOpenException.RunTwice();
        if (!IsOpen)
        {
            try
            {
                await _open.Task.WaitAsync(JournalLimits.OpeningWait, _time, cancellationToken);
            }
            catch (TimeoutException)
            {
                throw new JournalNotOpenException();
            }
        }

        // Asked again when its turn comes: what waited in the queue while the journal closed must not append before what a peer gives back.
        using var activity = Hosting.Telemetry.Source.StartActivity("journal append");
        var asked = _time.GetTimestamp();
        var hasAppended = false;
        var result = await _database.WriteAsync(
            session =>
            {
                var value = IsOpen ? work(session, this) : throw new JournalNotOpenException();
                hasAppended = _pending.Count > 0;
                return value;
            },
            cancellationToken);
        if (hasAppended)
            Hosting.Telemetry.AppendTime.Record(_time.GetElapsedTime(asked).TotalSeconds);
        return result;
    }

    /// <summary>Appends an entry when the running work succeeds. Only within <see cref="WriteAsync{T}"/>. Returns where it will stand.</summary>
    public EntryPlace Append(EntryDraft draft)
    {
        _pending.Add(draft);
        return new EntryPlace(_committed.Journal, _writer.Size + (ulong)_pending.Count - 1);
    }

    /// <summary>
    /// Goes on in a new epoch, because nobody can say how far the present one had come before this node was restored. What this process
    /// wrote to the present one is written again: others may hold other entries at its positions, and would never take it from there.
    /// </summary>
    /// <param name="left">The epoch to leave; nothing happens when it was left already.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task StartEpochAsync(uint left, CancellationToken cancellationToken) => OnItsOwnAsync(
        session =>
        {
            var previous = _committed;
            if (previous.Journal.Epoch != left)
                return;
            BeginEpoch(session, JournalTables.DraftsOf(session, previous, _writtenFrom.GetValueOrDefault(left), NewBody));
        },
        cancellationToken);

    /// <summary>
    /// A peer holds another version of one of this node's own epochs, or a note of such a one: takes back or writes again what
    /// <see cref="ForkCase.AsOrigin"/> says, all in one transaction.
    /// </summary>
    /// <param name="journal">The epoch.</param>
    /// <param name="branch">The other version; null: nobody has it, and only the note proves it.</param>
    /// <param name="theirs">This node's own note that was shown.</param>
    /// <param name="isProven">It contradicts the journal, so that there is another version, whoever has it.</param>
    public async Task<OwnSettlement> SettleAsync(JournalId journal, JournalBranch? branch, SignedCheckpoint theirs, bool isProven)
    {
        var settlement = new OwnSettlement(0, 0, IsChanged: false);
        await OnItsOwnAsync(session => settlement = Settle(session, journal, branch, theirs, isProven), CancellationToken.None);
        return settlement;
    }

    /// <summary>Goes on after what a peer gave back of this journal, unless a later epoch is being written.</summary>
    public Task ResumeAsync(JournalId journal) => OnItsOwnAsync(
        session =>
        {
            if (journal.Epoch < _committed.Journal.Epoch || JournalTables.Find(session, journal) is not { } stored
                || (journal == _committed.Journal && stored.Size <= _committed.Size))
                return;
            Continue(stored);
            _writtenFrom[journal.Epoch] = stored.Size;
        },
        CancellationToken.None);

    /// <summary>A body with a fresh salt.</summary>
    public RecordBody NewBody(byte[] record) => RecordBody.Create(record, _random);

    private OwnSettlement Settle(DatabaseSession session, JournalId journal, JournalBranch? branch, SignedCheckpoint theirs, bool isProven)
    {
        var none = new OwnSettlement(0, 0, IsChanged: false);
        var isWritten = journal == _committed.Journal;
        if (JournalTables.Find(session, journal) is not { Head: not null } known)
            return none;
        var fork = ForkTables.Case(session, known, branch ?? new JournalBranch(known.Head.Range));
        if (fork.DivergesAt is not { } from)
        {
            if (!isProven || ForkRule.IsSettled(fork.End, fork.OurRootAtEnd, theirs.Checkpoint.Size, known.Size, isWritten))
                return none with { IsOneVersion = branch is not null };
            BeginEpoch(session, []);
            return none with { IsChanged = true };
        }

        var step = fork.AsOrigin(isWritten);
        var again = step.WriteAgain.Select(entry => new EntryDraft(entry.Kind, entry.RecordId, entry.IsWithdrawal ? null : NewBody(entry.Record!.Value.ToArray()))).ToList();
        if (step.Kept == ForkVersion.Theirs)
        {
            var replaced = ForkTables.Replace(session, known, fork.Branch, Now());
            _replaced.Add(replaced);
            if (isWritten)
                (_committed, _writer) = (replaced, WriterOf(replaced));
        }

        if (step.OpensEpoch)
            BeginEpoch(session, again);
        else
            again.ForEach(draft => Append(draft));
        var takenBack = step.Kept == ForkVersion.Theirs ? fork.Branch.End - from : 0;
        return new OwnSettlement(takenBack, again.Count, step.Kept == ForkVersion.Theirs || step.OpensEpoch || again.Count > 0);
    }

    private void BeginEpoch(DatabaseSession session, IEnumerable<EntryDraft> again)
    {
        var previous = _committed;
        var held = JournalTables.Of(session, _key.Origin).Select(journal => journal.Head).OfType<JournalHead>();
        var record = EpochEnds.Write(previous.Journal.Epoch, previous.Head, held);
        var next = JournalTables.FindOrAdd(session, previous.Journal with { Epoch = previous.Journal.Epoch + 1 }, carriedBy: null, Now());
        Continue(next);
        _writtenFrom[next.Journal.Epoch] = 0;
        Append(new EntryDraft(V1.RecordKind.Epoch, RecordId.Zero, NewBody(Google.Protobuf.MessageExtensions.ToByteArray(record))));
        foreach (var draft in again)
            Append(draft);
    }

    void IGroupParticipant.WorkDone(DatabaseSession session)
    {
        if (_pending.Count == 0)
            return;

        var now = _time.GetUtcNow();
        foreach (var draft in _pending)
            _writer.Append(draft, now);
        _pending.Clear();
        _cause = session.Caller;
    }

    void IGroupParticipant.WorkFailed() => _pending.Clear();

    void IGroupParticipant.BeforeCommit(DatabaseSession session)
    {
        if (_writer.Pending > 0)
            _uncommitted = JournalTables.Append(session, _committed, _writer.Take(), Now());
    }

    void IGroupParticipant.AfterCommit()
    {
        foreach (var replaced in _replaced)
        {
            _register.Update(replaced);
            _feed.Publish(replaced.Journal, default);
        }

        _replaced.Clear();
        if (_uncommitted is not { } grown)
            return;

        Hosting.Telemetry.EntriesAppended.Add((long)(grown.Size - _committed.Size));
        (_committed, _uncommitted) = (grown, null);
        _register.Update(grown);
        _feed.Publish(grown.Journal, _cause);
    }

    void IGroupParticipant.Abandoned(DatabaseSession session)
    {
        _pending.Clear();
        _replaced.Clear();
        // The newest epoch that is stored: the abandoned group may have begun one that is not.
        for (var epoch = _committed.Journal.Epoch; ; epoch--)
        {
            if (JournalTables.Find(session, new JournalId(_key.Origin, epoch)) is { } stored)
            {
                Continue(stored);
                return;
            }

            if (epoch == 0)
                return;
        }
    }

    // Another writer takes the place of the present one. Had that one entries of the running group, they would be lost and their callers
    // told that they are on disk; so the change waits for a group in which it comes first.
    private async Task OnItsOwnAsync(Action<DatabaseSession> change, CancellationToken cancellationToken)
    {
        var isDone = false;
        while (!isDone)
        {
            isDone = await _database.WriteAsync(
                session =>
                {
                    if (_writer.Pending > 0)
                        return false;
                    change(session);
                    return true;
                },
                cancellationToken);
        }
    }

    private void Continue(StoredJournal journal)
    {
        (_committed, _uncommitted) = (journal, null);
        _writer = WriterOf(journal);
        _register.Update(journal);
    }

    private JournalWriter WriterOf(StoredJournal journal) => new(_key, journal.Journal, journal.Head?.Range ?? new MerkleRange());

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}

/// <summary>What came of putting two versions of the own journal together.</summary>
/// <param name="TakenBack">Entries that this node had signed and lost, and has again.</param>
/// <param name="WrittenAgain">Records of the version that was given up, written again in the newest epoch.</param>
/// <param name="IsChanged">The journals changed at all.</param>
/// <param name="IsOneVersion">The peer holds no other version: only a note of it said so.</param>
internal sealed record OwnSettlement(ulong TakenBack, int WrittenAgain, bool IsChanged, bool IsOneVersion = false);

/// <summary>Where an entry stands.</summary>
/// <param name="Journal">Whose journal, which epoch.</param>
/// <param name="Position">Its position, from 0.</param>
public readonly record struct EntryPlace(JournalId Journal, ulong Position);
