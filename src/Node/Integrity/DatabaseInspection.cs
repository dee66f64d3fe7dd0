using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Integrity;

/// <summary>
/// Checks everything a node's database holds: each journal down to its bytes, what is derived from the entries, the chapter's own tables,
/// and SQLite's file. It only reads, and whatever it cannot read is a finding, never a failure.
/// </summary>
internal sealed class DatabaseInspection(NodeDatabase database, JournalRegister register)
{
    /// <summary>Checks all, as fast as the disk gives it.</summary>
    public async Task<Findings> RunAsync(Func<ulong, Task> checkedEntries, CancellationToken cancellationToken)
    {
        var findings = new Findings();
        foreach (var journal in Journals())
            await CheckJournalAsync(journal, findings, checkedEntries, cancellationToken);
        var tables = new TableInspection(database, findings);
        await tables.CheckRecordsAsync(() => Task.CompletedTask, cancellationToken);
        await Task.Run(
            () =>
            {
                foreach (var table in TablesOf(tables, findings))
                    tables.CheckTable(table, isThorough: true);
                tables.CheckContents();
                tables.CheckFile();
            },
            cancellationToken);
        return findings;
    }

    /// <summary>Checks one origin's journals alone.</summary>
    public async Task<Findings> RunAsync(Origin origin, Func<ulong, Task> checkedEntries, CancellationToken cancellationToken)
    {
        var findings = new Findings();
        foreach (var journal in Journals().Where(journal => journal.Journal.Origin == origin))
            await CheckJournalAsync(journal, findings, checkedEntries, cancellationToken);
        return findings;
    }

    /// <summary>Checks all in small pieces, from where an earlier one came to.</summary>
    /// <param name="findings">What was found so far.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="afterPiece">Called after each piece, with where the next begins.</param>
    /// <param name="cancellationToken">Ends the inspection.</param>
    public async Task RunSlowlyAsync(Findings findings, ScrubPlace from, Func<ScrubPlace, Task> afterPiece, CancellationToken cancellationToken)
    {
        foreach (var journal in Journals().Where(journal => journal.Number >= from.Journal))
        {
            var begin = journal.Number == from.Journal ? from.Position / IntegrityLimits.Block * IntegrityLimits.Block : 0;
            findings.Journals++;
            await InspectionOf(journal, findings).RunAsync(begin, position => afterPiece(new ScrubPlace(journal.Number, position)), cancellationToken);
        }

        var tables = new TableInspection(database, findings);
        var end = new ScrubPlace(long.MaxValue, 0);
        await tables.CheckRecordsAsync(() => afterPiece(end), cancellationToken);
        foreach (var table in TablesOf(tables, findings))
        {
            cancellationToken.ThrowIfCancellationRequested();
            tables.CheckTable(table, isThorough: false);
            await afterPiece(end);
        }

        tables.CheckContents();
    }

    private List<StoredJournal> Journals() => [.. register.All.OrderBy(journal => journal.Number)];

    private async Task CheckJournalAsync(StoredJournal journal, Findings findings, Func<ulong, Task> checkedEntries, CancellationToken cancellationToken)
    {
        findings.Journals++;
        var done = 0UL;
        await InspectionOf(journal, findings).RunAsync(
            from: 0,
            position =>
            {
                var more = position - done;
                done = position;
                return checkedEntries(more);
            },
            cancellationToken);
    }

    private JournalInspection InspectionOf(StoredJournal journal, Findings findings)
    {
        var epochs = register.Of(journal.Journal.Origin).ToDictionary(known => known.Number, known => known.Journal.Epoch);
        return new JournalInspection(database, journal, new BlockInspection(number => epochs.TryGetValue(number, out var epoch) ? epoch : null, findings), findings);
    }

    private static IReadOnlyList<string> TablesOf(TableInspection tables, Findings findings)
    {
        try
        {
            return tables.List();
        }
        catch (Exception e) when (DatabaseDamage.IsShownBy(e))
        {
            findings.Add(new Damage(DamageKind.File, "node.db", $"The list of the tables in the node's database cannot be read ({DatabaseDamage.Reason(e)}). Restore a backup."));
            return [];
        }
    }
}

/// <summary>Where a background check is.</summary>
/// <param name="Journal">Number of the journal that is being checked.</param>
/// <param name="Position">The next position in it.</param>
internal readonly record struct ScrubPlace(long Journal, ulong Position);
