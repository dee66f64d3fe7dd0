namespace OuiShare.Federation.Faults.Checking;

/// <summary>Compares what was acknowledged with what nodes show after a fault is over.</summary>
internal static class HistoryChecker
{
    /// <summary>Acknowledged writes that a node does not show as they must be.</summary>
    /// <param name="written">All that was acknowledged.</param>
    /// <param name="seen">What the node answers for each, in the same order.</param>
    public static IReadOnlyList<WrittenEvent> FindLost(IReadOnlyList<WrittenEvent> written, IReadOnlyList<Seen> seen) =>
        [.. written.Zip(seen).Where(pair => !pair.Second.IsRightFor(pair.First)).Select(pair => pair.First)];

    /// <summary>How what nodes hold differs; null when all hold the same journals with the same roots, and follow all of them.</summary>
    public static string? FindDifference(IReadOnlyList<HeldState> states)
    {
        foreach (var state in states)
        {
            if (state.Journals.FirstOrDefault(journal => journal.Quarantine.Length > 0) is { } quarantined)
                return $"{state.Node} no longer follows {Name(quarantined)}: {quarantined.Quarantine}";
            if (state.Journals.Count == 0)
                return $"{state.Node} holds no journal";
        }

        foreach (var (first, other) in states.Skip(1).Select(other => (states[0], other)))
        {
            if (first.Journals.Except(other.Journals).Concat(other.Journals.Except(first.Journals)).FirstOrDefault() is { } journal)
                return $"{first.Node} has {Describe(first, journal)}, {other.Node} {Describe(other, journal)}";
            if (first.FrontierDigest != other.FrontierDigest)
                return $"the digests of {first.Node} and {other.Node} differ";
            if (first.Events != other.Events)
                return $"{first.Node} finds {first.Events} events, {other.Node} {other.Events}";
        }

        return null;
    }

    private static string Describe(HeldState state, HeldJournal wanted) =>
        state.Journals.FirstOrDefault(journal => journal.Origin == wanted.Origin && journal.Epoch == wanted.Epoch) is { } held
            ? $"{held.Size} entries of {Name(held)} with root {held.Root[..8]}"
            : $"nothing of {Name(wanted)}";

    private static string Name(HeldJournal journal) => $"{journal.Origin[..8]}/{journal.Epoch}";
}

/// <summary>What a node holds.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Journals">Every journal, in one order on all nodes.</param>
/// <param name="FrontierDigest">The node's own digest of them.</param>
/// <param name="Events">Events that its search finds.</param>
internal sealed record HeldState(string Node, IReadOnlyList<HeldJournal> Journals, string FrontierDigest, ulong Events);
