using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Integrity;

/// <summary>
/// Mends what is damaged, by itself: first what can be copied or derived, then entries and texts, which peers hold too.
/// <list type="number">
/// <item>What can still be read of broken tables is copied into new ones.</item>
/// <item>Blocks of entries come from a peer, and are taken when they lead to the hash this node keeps for the block.</item>
/// <item>What is derived is made again.</item>
/// <item>Texts that are damaged here, or never came, come from any peer that has them, and are taken when they are those that the entries name.</item>
/// </list>
/// </summary>
internal sealed partial class JournalRepair(
    NodeDatabase database, JournalRegister register, DamageRegister damages, PeerSessions sessions, RepairedViews views, TimeProvider time, ILogger<JournalRepair> logger) : BackgroundService
{
    /// <summary>Groups that are tried until one has no other work before the repair.</summary>
    private const int RebuildTries = 20;

    private readonly SemaphoreSlim _running = new(1, 1);
    private readonly Dictionary<(JournalId, ulong, int), Asked> _asked = [];
    private long _lookedTo;

    /// <summary>Mends what can be mended now, and asks every peer again for the rest.</summary>
    public async Task RunNowAsync(CancellationToken cancellationToken)
    {
        await _running.WaitAsync(cancellationToken);
        try
        {
            _asked.Clear();
            _lookedTo = 0;
            await RunAsync(cancellationToken);
        }
        finally
        {
            _running.Release();
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _running.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await damages.WaitAsync(IntegrityLimits.RepairInterval, stoppingToken);
                await _running.WaitAsync(stoppingToken);
                try
                {
                    await RunAsync(stoppingToken);
                }
                finally
                {
                    _running.Release();
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it was, the rest may be mended the next time.
                LogFailed(e);
            }
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        Forget();
        await views.RebuildIndexAsync(cancellationToken);
        await RebuildAsync(damage => damage.Subject is "entries" or "bodies", cancellationToken);
        foreach (var block in damages.List().Where(damage => damage is { Kind: DamageKind.Entries, Journal: not null }).GroupBy(damage => (damage.Journal!.Value, damage.From)).ToList())
            await MendBlockAsync(block.Key.Value, block.Key.From, block.Max(damage => damage.Count), cancellationToken);
        await RebuildAsync(damage => damage.IsDerived, cancellationToken);
        await MarkAsync(cancellationToken);
        foreach (var (journal, position) in ListMissing())
            await MendTextAsync(journal, position, cancellationToken);
    }

    private async Task RebuildAsync(Func<Damage, bool> isMeant, CancellationToken cancellationToken)
    {
        foreach (var damage in damages.List().Where(damage => damage.IsDerived && damage.Kind != DamageKind.Index && isMeant(damage)).DistinctBy(damage => (damage.Kind, damage.Subject, damage.Kind == DamageKind.Head ? damage.Journal : null)))
        {
            if (!await RebuildAsync(damage, cancellationToken))
                continue;
            damages.Remove(known => known.Kind == damage.Kind && known.Subject == damage.Subject && (damage.Kind != DamageKind.Head || known.Journal == damage.Journal));
            // Whoever met a page of it meanwhile said no more than this; a page that is still malformed is met again.
            damages.Remove(known => known is { Kind: DamageKind.File, Subject: Scrub.PageSubject });
            LogRebuilt(damage.Kind == DamageKind.Head ? $"the end of journal {Damage.NameOf(damage.Journal!.Value)}" : $"the table {damage.Subject}");
        }
    }

    private async Task<bool> RebuildAsync(Damage damage, CancellationToken cancellationToken)
    {
        var isReadable = damage.Kind is not DamageKind.Derived || TableInspection.IsReadable(database, damage.Subject);
        // A group may hold other work that comes first; there is always one that does not.
        for (var tries = 0; tries < RebuildTries; tries++)
        {
            var isDone = await database.WriteAsync(
                session =>
                {
                    using var committed = NodeDatabase.OpenReader(database.Path);
                    return DerivedTables.TryRebuild(session, committed, damage, isReadable, register);
                },
                cancellationToken);
            if (isDone)
                return true;
        }

        return false;
    }

    // Texts that were found damaged are counted as missing until they are back, also after a restart.
    private async Task MarkAsync(CancellationToken cancellationToken)
    {
        foreach (var damage in damages.List().Where(damage => damage.Kind == DamageKind.Text))
        {
            if (damage.Journal is not { } id || register.Find(id) is not { } journal)
                continue;
            var state = await database.WriteAsync(session => RepairTables.Mark(session, journal, damage.From), cancellationToken);
            if (state is TextState.Sound)
                damages.Remove(known => known.Key == damage.Key);
            else if (state is TextState.EntryDamaged)
                AddBlock(journal, damage.From);
        }
    }

    // A page of them; the next time the next one, so that those that nobody has keep no others waiting.
    private List<(StoredJournal Journal, ulong Position)> ListMissing()
    {
        var journals = register.All.ToDictionary(journal => journal.Number);
        var numbers = database.Read(session => session.List(
            "SELECT entry_number FROM records WHERE is_missing = 1 AND entry_number > ?1 ORDER BY entry_number LIMIT ?2", row => row.GetInt64(0), _lookedTo, IntegrityLimits.RepairPage));
        _lookedTo = numbers.Count < IntegrityLimits.RepairPage ? 0 : numbers[^1];
        return [.. numbers
            .Where(number => journals.ContainsKey(JournalNumbers.Journal(number)))
            .Select(number => (journals[JournalNumbers.Journal(number)], JournalNumbers.Position(number)))];
    }

    private async Task MendTextAsync(StoredJournal journal, ulong position, CancellationToken cancellationToken)
    {
        if (!IsAnybodyLeft(journal.Journal, position, count: 1) || database.Read(session => RepairTables.RangeBefore(session, journal, position)) is not { } before)
            return;
        await foreach (var entries in AskAsync(new FetchAgain(journal.Journal, before, 1), cancellationToken))
        {
            var state = await database.WriteAsync(session => RepairTables.StoreText(session, journal, entries[0]), cancellationToken);
            if (state is TextState.EntryDamaged)
                AddBlock(journal, position);
            if (state is not TextState.Sound)
                continue;
            damages.Remove(known => known.Key == Damage.Text(journal.Journal, position).Key);
            LogMended(position, Damage.NameOf(journal.Journal));
            await views.ShowAsync(entries[0], cancellationToken);
            return;
        }
    }

    private async Task MendBlockAsync(JournalId id, ulong from, int count, CancellationToken cancellationToken)
    {
        if (register.Find(id) is not { Head: { } head } journal || database.Read(session => RepairTables.RangeBefore(session, journal, from)) is not { } before)
            return;
        // Tails grow into blocks while they are damaged.
        count = (int)Math.Min((ulong)Math.Min(count, IntegrityLimits.Block), head.Size - from);
        await foreach (var entries in AskAsync(new FetchAgain(id, before, count), cancellationToken))
        {
            if (!database.Read(session => RepairTables.IsOurs(session, journal, head, before, entries)))
                continue;
            await database.WriteAsync(session => RepairTables.StoreBlock(session, journal, entries, time.GetUtcNow()), cancellationToken);
            await RebuildAsync(Damage.Derived("records", ""), cancellationToken);
            await database.WriteAsync(session => RepairTables.StoreTexts(session, journal, entries), cancellationToken);
            damages.Remove(known => known.Kind == DamageKind.Entries && known.Journal == id && known.From == from);
            LogBlockMended(from, from + (ulong)count - 1, Damage.NameOf(id));
            foreach (var entry in entries)
                await views.ShowAsync(entry, cancellationToken);
            return;
        }
    }

    // One peer after another, each at most once until a while has passed.
    private async IAsyncEnumerable<IReadOnlyList<VerifiedEntry>> AskAsync(FetchAgain request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var key = (request.Journal, request.From, request.Count);
        if (!_asked.TryGetValue(key, out var asked))
            _asked[key] = asked = new Asked(time.GetUtcNow());
        foreach (var session in sessions.Open.Where(session => asked.Sessions.Add(session.Id)))
        {
            if (await AnswerOfAsync(session, request with { }, cancellationToken) is { } entries)
                yield return entries;
        }
    }

    private bool IsAnybodyLeft(JournalId journal, ulong from, int count) =>
        !_asked.TryGetValue((journal, from, count), out var asked) || sessions.Open.Any(session => !asked.Sessions.Contains(session.Id));

    private async Task<IReadOnlyList<VerifiedEntry>?> AnswerOfAsync(PeerSession session, FetchAgain request, CancellationToken cancellationToken)
    {
        try
        {
            return await session.FetchAgainAsync(request).WaitAsync(IntegrityLimits.AnswerPatience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private void AddBlock(StoredJournal journal, ulong position)
    {
        var begin = position / IntegrityLimits.Block * IntegrityLimits.Block;
        damages.Add(new Damage(
            DamageKind.Entries, $"{position}", $"Entry {position} of journal {Damage.NameOf(journal.Journal)} is not what stood there. It is fetched again from a peer that has it.")
        {
            Journal = journal.Journal,
            From = begin,
            Count = (int)Math.Min(IntegrityLimits.Block, journal.Size - begin),
        });
    }

    private void Forget()
    {
        var now = time.GetUtcNow();
        foreach (var key in _asked.Where(asked => (now - asked.Value.Since).Duration() > IntegrityLimits.AskAgainAfter).Select(asked => asked.Key).ToList())
            _asked.Remove(key);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The text of entry {Position} of journal {Journal}, damaged or missing here, came back from a peer.")]
    private partial void LogMended(ulong position, string journal);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Entries {From} to {To} of journal {Journal}, damaged here, came back from a peer.")]
    private partial void LogBlockMended(ulong from, ulong to, string journal);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Made again, because it was damaged: {What}.")]
    private partial void LogRebuilt(string what);

    [LoggerMessage(Level = LogLevel.Error, Message = "Mending failed; it is tried again.")]
    private partial void LogFailed(Exception exception);

    private sealed record Asked(DateTimeOffset Since)
    {
        public HashSet<string> Sessions { get; } = [];
    }
}
