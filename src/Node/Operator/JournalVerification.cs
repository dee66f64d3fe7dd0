using OuiShare.Federation.Node.Integrity;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.V1;
using Origin = OuiShare.Federation.Protocol.Origin;

namespace OuiShare.Federation.Node.Operator;

/// <summary>
/// Checks again everything that can be checked: each entry's place and hash, each body against its entry, each journal's root against its
/// signed checkpoint, each kept hash, every table, the database's file and the search index. It reads as it goes and blocks nobody. What it finds,
/// the node knows from then on, and mends what can be mended.
/// </summary>
internal sealed class JournalVerification(
    JournalRegister register, DatabaseInspection inspection, RepairedViews views, JournalRepair repair, DamageRegister damages, TimeProvider time)
{
    /// <summary>Problems told in words; the rest are counted.</summary>
    private const int ProblemsTold = 100;

    /// <summary>Verifies and tells progress, at the end with the report.</summary>
    /// <param name="origin">Whose journals alone; null: everything.</param>
    /// <param name="isRepairing">Mend at once what can be mended, and report what is left.</param>
    /// <param name="tell">Takes the progress.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RunAsync(Origin? origin, bool isRepairing, Func<VerifyJournalsResponse, Task> tell, CancellationToken cancellationToken)
    {
        var begun = time.GetUtcNow();
        var progress = new VerifyJournalsResponse
        {
            Total = register.All.Where(journal => origin is null || journal.Journal.Origin == origin).Aggregate(0UL, (sum, journal) => sum + journal.Size),
        };
        Task Checked(ulong entries)
        {
            progress.Done += entries;
            return tell(progress);
        }

        var findings = origin is { } one ? await inspection.RunAsync(one, Checked, cancellationToken) : await inspection.RunAsync(Checked, cancellationToken);
        if (origin is null && await views.CheckIndexAsync(cancellationToken) is { } index)
            findings.Add(index);
        damages.Inspected(findings.Damages, begun, damage => origin is null || (damage.Journal?.Origin == origin && damage.Kind is not DamageKind.Derived));
        progress.Report = new VerifyReport
        {
            Journals = findings.Journals,
            Entries = findings.Entries,
            Bodies = findings.Bodies,
            Signatures = findings.Signatures,
        };
        var left = findings.Damages;
        if (isRepairing && left.Count > 0)
        {
            await repair.RunNowAsync(cancellationToken);
            var known = damages.List().Select(damage => damage.Key).ToHashSet();
            left = [.. findings.Damages.Where(damage => known.Contains(damage.Key))];
            progress.Report.RepairedCount = (uint)(findings.Damages.Count - left.Count);
        }

        progress.Report.ProblemCount = (uint)(findings.Count - findings.Damages.Count + left.Count);
        progress.Report.Problems.AddRange(left.Take(ProblemsTold).Select(damage => damage.Sentence));
        await tell(progress);
    }
}
