namespace OuiShare.Federation.Node.Integrity;

/// <summary>What one inspection looked at and found. Used by one inspection at a time.</summary>
internal sealed class Findings
{
    private readonly Dictionary<(DamageKind, string, Protocol.JournalId?, ulong), Damage> _damages = [];

    /// <summary>Journals checked.</summary>
    public uint Journals { get; set; }

    /// <summary>Entries checked.</summary>
    public ulong Entries { get; set; }

    /// <summary>Bodies checked.</summary>
    public ulong Bodies { get; set; }

    /// <summary>Signatures checked.</summary>
    public uint Signatures { get; set; }

    /// <summary>How many damages, those beyond <see cref="IntegrityLimits.Remembered"/> too.</summary>
    public int Count { get; private set; }

    /// <summary>The damages, as they were found.</summary>
    public IReadOnlyCollection<Damage> Damages => _damages.Values;

    /// <summary>Adds a damage, unless it is known.</summary>
    public void Add(Damage damage)
    {
        if (_damages.ContainsKey(damage.Key))
            return;
        Count++;
        if (_damages.Count < IntegrityLimits.Remembered)
            _damages.Add(damage.Key, damage);
    }

    /// <summary>Whether entries of any journal are damaged, so that what is derived from them need not agree.</summary>
    public bool HasDamagedEntries => _damages.Values.Any(damage => damage.Kind == DamageKind.Entries);
}
