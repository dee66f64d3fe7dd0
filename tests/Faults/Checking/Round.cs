namespace OuiShare.Federation.Faults.Checking;

/// <summary>One fault, from its beginning until the network was looked at after it.</summary>
/// <param name="fault">The fault's name.</param>
/// <param name="number">Which time this fault is tried, from 1.</param>
/// <param name="folder">Where the nodes' folders lie: another place in each run, so it is left out of what was said.</param>
internal sealed class Round(string fault, int number, string folder = "")
{
    private readonly List<string> _wrongs = [];

    public string Fault { get; } = fault;

    public int Number { get; } = number;

    /// <summary>Where exactly it struck.</summary>
    public string Where { get; set; } = "";

    /// <summary>Somebody must be told; false where a node may cope in silence, or where nothing could be noticed.</summary>
    public bool MustBeTold { get; set; } = true;

    /// <summary>How long until an admin could read of it; null: never.</summary>
    public TimeSpan? ToldAfter { get; private set; }

    /// <summary>What the admin could read.</summary>
    public string Said { get; private set; } = "";

    /// <summary>Acknowledged writes that their own chapter's node does not show afterwards.</summary>
    public int Lost { get; set; }

    /// <summary>All nodes hold the same afterwards.</summary>
    public bool AreRootsEqual { get; set; }

    /// <summary>What an admin does about damage that a node does not repair itself; run after the network was looked at.</summary>
    public Func<Task>? Remedy { get; set; }

    /// <summary>How long all of it took.</summary>
    public TimeSpan Took { get; set; }

    /// <summary>Whether everything was as it must be.</summary>
    public bool IsRight => Lost == 0 && AreRootsEqual && _wrongs.Count == 0 && (ToldAfter is not null || !MustBeTold);

    /// <summary>Notes what an admin could read; only the first time counts.</summary>
    public void Tell(TimeSpan after, string sentence)
    {
        if (ToldAfter is null)
            (ToldAfter, Said) = (after, Short(sentence));
    }

    /// <summary>Something else was not as it must be.</summary>
    public void Complain(string sentence) => _wrongs.Add(Short(sentence));

    /// <summary>What was wrong, each as a sentence; empty when everything was as it must be.</summary>
    public IEnumerable<string> Complaints()
    {
        if (Lost > 0)
            yield return $"{Lost} acknowledged writes lost";
        foreach (var wrong in _wrongs)
            yield return wrong;
        if (ToldAfter is null && MustBeTold)
            yield return "nobody was told";
    }

    private string Short(string sentence) => folder.Length == 0 ? sentence : sentence.Replace(folder + "/", "", StringComparison.Ordinal);
}
