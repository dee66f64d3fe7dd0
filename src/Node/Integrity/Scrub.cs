using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OuiShare.Federation.Node.Storage;

namespace OuiShare.Federation.Node.Integrity;

/// <summary>
/// Checks everything this node keeps, again and again, so slowly that nobody notices: after each piece of work it rests a hundred times
/// as long. How far it is, is remembered on disk. A page that SQLite finds malformed has everything checked at once.
/// </summary>
internal sealed partial class Scrub(
    NodeDatabase database, DatabaseInspection inspection, RepairedViews views, DamageRegister damages, TimeProvider time, ILogger<Scrub> logger) : BackgroundService
{
    /// <summary>Subject of a page that was met and whose table nobody has named yet.</summary>
    internal const string PageSubject = "page";

    private readonly SemaphoreSlim _malformed = new(0, 1);
    private (long At, int Mended)? _urgent;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        database.Malformed = NoteMalformed;
        var next = UntilFirst();
        while (true)
        {
            try
            {
                var isUrgent = await _malformed.WaitAsync(TimeSpan.Zero, stoppingToken) || await WaitAsync(next, stoppingToken);
                next = IntegrityLimits.CheckInterval;
                if (isUrgent)
                    await RunAtOnceAsync(stoppingToken);
                else
                    await RunAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogFailed(e);
            }
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _malformed.Dispose();
        base.Dispose();
    }

    /// <summary>One whole check at the slow pace, from where the last one came to.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var (begun, mark) = (time.GetUtcNow(), damages.Mark);
        var isWhole = mark is { Journal: 0, Position: 0 };
        var findings = new Findings();
        var (worked, remembered) = (time.GetTimestamp(), time.GetTimestamp());
        await inspection.RunSlowlyAsync(
            findings,
            new ScrubPlace(mark.Journal, mark.Position),
            async place =>
            {
                foreach (var damage in findings.Damages)
                    damages.Add(damage);
                if (place.Journal < long.MaxValue && time.GetElapsedTime(remembered) > IntegrityLimits.RememberInterval)
                {
                    damages.Remember(mark with { Journal = place.Journal, Position = place.Position });
                    remembered = time.GetTimestamp();
                }

                var rest = time.GetElapsedTime(worked) * IntegrityLimits.RestFactor;
                await Task.Delay(rest < IntegrityLimits.LongestRest ? rest : IntegrityLimits.LongestRest, time, cancellationToken);
                worked = time.GetTimestamp();
            },
            cancellationToken);
        // What the slow check cannot see stays as it is: the file as a whole is checked by `ouishare verify`.
        await EndAsync(findings, begun, damage => isWhole && (damage.Kind is not DamageKind.File || damage.Subject == PageSubject) && damage.Subject is not ("entries" or "bodies" or "subtrees"), cancellationToken);
    }

    private async Task RunAtOnceAsync(CancellationToken cancellationToken)
    {
        var begun = time.GetUtcNow();
        await EndAsync(await inspection.RunAsync(_ => Task.CompletedTask, cancellationToken), begun, _ => true, cancellationToken);
    }

    private async Task EndAsync(Findings findings, DateTimeOffset begun, Func<Damage, bool> isConcerned, CancellationToken cancellationToken)
    {
        if (await views.CheckIndexAsync(cancellationToken) is { } damage)
            findings.Add(damage);
        damages.Inspected(findings.Damages, begun, isConcerned);
        damages.Remember(new ScrubMark(0, 0, time.GetUtcNow()));
        LogDone(findings.Entries, findings.Count);
    }

    // A node that is restarted often is not checked more often; one that was stopped in the midst of a check goes on with it.
    private TimeSpan UntilFirst()
    {
        var due = damages.Mark is { Journal: 0, Position: 0, CompleteAt: { } last } ? last + IntegrityLimits.CheckInterval - time.GetUtcNow() : TimeSpan.Zero;
        return due < IntegrityLimits.FirstCheckAfter ? IntegrityLimits.FirstCheckAfter : due < IntegrityLimits.CheckInterval ? due : IntegrityLimits.CheckInterval;
    }

    private async Task<bool> WaitAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var malformed = _malformed.WaitAsync(wait.Token);
        await Task.WhenAny(malformed, Task.Delay(limit, time, wait.Token));
        await wait.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return malformed.IsCompletedSuccessfully;
    }

    // Called by whoever reads, as often as he meets the page.
    private void NoteMalformed(string reason)
    {
        var damage = new Damage(
            DamageKind.File, PageSubject, $"A page of the node's database cannot be read ({reason}). Everything is being checked, and what can be mended is mended; \"ouishare verify\" says what is concerned.");
        if (damages.List().Any(known => known.Key == damage.Key))
            return;
        damages.Add(damage);
        // What cannot be mended is met again and again, and one whole check an hour says no less about it.
        if (_urgent is { } last && last.Mended == damages.MendedCount && time.GetElapsedTime(last.At) < IntegrityLimits.UrgentInterval)
            return;
        _urgent = (time.GetTimestamp(), damages.MendedCount);
        try
        {
            _malformed.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // The check is due already, or the node stops.
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A background check of all that this node keeps is done: {Entries} entries, {Count} damages.")]
    private partial void LogDone(ulong entries, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "A background check failed; the next one is due in a day.")]
    private partial void LogFailed(Exception exception);
}
