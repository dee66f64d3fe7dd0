using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Problems;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Integrity;

/// <summary>
/// The damage that is known and not mended yet. It is kept in a file of its own beside the database, which may itself be what is damaged.
/// Thread-safe.
/// </summary>
internal sealed partial class DamageRegister : IProblemSource
{
    private const string FileName = "damage.json";

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<(DamageKind, string, JournalId?, ulong), KnownDamage> _known = [];
    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private ScrubMark _mark = new(0, 0, null);

    /// <summary>The register of a data folder, as it was last kept.</summary>
    public DamageRegister(string folder, TimeProvider time, ILogger<DamageRegister> logger)
    {
        (_path, _time, _logger) = (Path.Combine(folder, FileName), time, logger);
        Load();
    }

    /// <summary>All of it, the longest known first.</summary>
    public IReadOnlyList<Damage> List()
    {
        lock (_lock)
            return [.. _known.Values.OrderBy(known => known.Since).Select(known => known.Damage)];
    }

    /// <summary>How many damages were mended since the start.</summary>
    public int MendedCount { get; private set; }

    /// <summary>How far the background check is; a whole check was done when it begins again at 0.</summary>
    public ScrubMark Mark
    {
        get
        {
            lock (_lock)
                return _mark;
        }
    }

    /// <summary>Waits until damage was found, at most for a while.</summary>
    public async Task WaitAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(_changed.Reader.WaitToReadAsync(wait.Token).AsTask(), Task.Delay(limit, _time, wait.Token));
        await wait.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        _changed.Reader.TryRead(out _);
    }

    /// <summary>Damage was found. Known damage stays as it is.</summary>
    public void Add(Damage damage)
    {
        lock (_lock)
        {
            if (_known.Count >= IntegrityLimits.Remembered || !_known.TryAdd(damage.Key, new KnownDamage(damage, _time.GetUtcNow())))
                return;
            Keep();
        }

        LogFound(damage.Sentence);
        _changed.Writer.TryWrite(true);
    }

    /// <summary>Something was mended.</summary>
    public void Remove(Func<Damage, bool> isMended)
    {
        lock (_lock)
        {
            var mended = _known.Values.Where(known => isMended(known.Damage)).ToList();
            foreach (var known in mended)
                _known.Remove(known.Damage.Key);
            MendedCount += mended.Count;
            if (mended.Count > 0)
                Keep();
        }
    }

    /// <summary>Everything was inspected: what was not found again is no damage any more.</summary>
    /// <param name="found">All that was found.</param>
    /// <param name="since">When the inspection began; what was found by others after that stays.</param>
    /// <param name="isConcerned">Which damage the inspection would have found.</param>
    public void Inspected(IReadOnlyCollection<Damage> found, DateTimeOffset since, Func<Damage, bool> isConcerned)
    {
        var keys = found.Select(damage => damage.Key).ToHashSet();
        lock (_lock)
        {
            foreach (var gone in _known.Values.Where(known => known.Since <= since && isConcerned(known.Damage) && !keys.Contains(known.Damage.Key)).ToList())
                _known.Remove(gone.Damage.Key);
            Keep();
        }

        foreach (var damage in found)
            Add(damage);
    }

    /// <summary>Remembers how far the background check is.</summary>
    public void Remember(ScrubMark mark)
    {
        lock (_lock)
        {
            _mark = mark;
            Keep();
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<NodeProblem> FindProblems()
    {
        List<KnownDamage> known;
        lock (_lock)
            known = [.. _known.Values];
        var problems = new List<NodeProblem>();
        AddProblem(problems, known.Where(damage => damage.Damage.IsHeldByPeers), NodeProblemReason.TextsDamaged, (count, first) =>
            $"{count} texts or entries of journals are damaged on this node's disk. They are not shown as verified, and are fetched again from peers by themselves; if none has them, restore a backup. "
            + $"\"ouishare verify\" lists them. The first: {first}");
        AddProblem(problems, known.Where(damage => !damage.Damage.IsHeldByPeers), NodeProblemReason.DatabaseDamaged, (count, first) =>
            $"Files of this node are damaged on its disk (places: {count}); have the disk checked. \"ouishare verify\" lists them, and \"ouishare verify --repair\" mends what can be mended. The first: {first}");
        return problems;
    }

    private static void AddProblem(List<NodeProblem> problems, IEnumerable<KnownDamage> some, NodeProblemReason reason, Func<int, string, string> sentence)
    {
        var all = some.OrderBy(damage => damage.Since).ToList();
        if (all.Count > 0)
            problems.Add(new NodeProblem(reason, sentence(all.Count, all[0].Damage.Sentence), [$"{all.Count}", all[0].Damage.Sentence], all[0].Since));
    }

    private void Load()
    {
        try
        {
            if (!File.Exists(_path) || JsonSerializer.Deserialize(File.ReadAllBytes(_path), DamageJson.Default.DamageFile) is not { } file)
                return;
            _mark = file.Mark ?? _mark;
            foreach (var line in file.Damages ?? [])
            {
                var damage = new Damage(line.Kind, line.Subject, line.Sentence)
                {
                    Journal = Origin.TryParse(line.Origin ?? "", out var origin) ? new JournalId(origin, line.Epoch) : null,
                    From = line.From,
                    Count = line.Count,
                };
                _known[damage.Key] = new KnownDamage(damage, line.Since);
            }
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // What is damaged is found again by the next inspection.
            LogUnreadable(_path, e.Message);
        }
    }

    // Under the lock.
    private void Keep()
    {
        try
        {
            var file = new DamageFile(_mark, [.. _known.Values.Select(known => new DamageLine(
                known.Damage.Kind, known.Damage.Subject, known.Damage.Sentence, known.Damage.Journal?.Origin.ToString(), known.Damage.Journal?.Epoch ?? 0,
                known.Damage.From, known.Damage.Count, known.Since))]);
            DurableFile.Write(_path, JsonSerializer.Serialize(file, DamageJson.Default.DamageFile));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk, for one: known all the same, until the node stops.
            LogNotKept(_path, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Damage was found: {Sentence}")]
    private partial void LogFound(string sentence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} cannot be read ({Reason}): the next check finds again what is damaged.")]
    private partial void LogUnreadable(string path, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} cannot be written ({Reason}): after a restart the next check finds again what is damaged.")]
    private partial void LogNotKept(string path, string reason);

    private sealed record KnownDamage(Damage Damage, DateTimeOffset Since);
}

/// <summary>How far the background check is.</summary>
/// <param name="Journal">Number of the journal that is being checked.</param>
/// <param name="Position">The next position in it.</param>
/// <param name="CompleteAt">When the last whole check ended; null: none did.</param>
internal sealed record ScrubMark(long Journal, ulong Position, DateTimeOffset? CompleteAt);

/// <summary>The file in which damage is remembered.</summary>
internal sealed record DamageFile(ScrubMark? Mark, IReadOnlyList<DamageLine>? Damages);

/// <summary>One damage in the file.</summary>
internal sealed record DamageLine(DamageKind Kind, string Subject, string Sentence, string? Origin, uint Epoch, ulong From, int Count, DateTimeOffset Since);

/// <summary>How <see cref="DamageFile"/> is read and written, without reflection.</summary>
[JsonSerializable(typeof(DamageFile))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
internal sealed partial class DamageJson : JsonSerializerContext;
