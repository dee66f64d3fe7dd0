namespace OuiShare.Federation.Protocol;

/// <summary>
/// Which of a node's conversations fetches which journal now. A claim lasts as long as it makes progress, so a node asks one peer for a
/// range, and another when the first falls silent. One for each node; thread-safe.
/// </summary>
public sealed class FetchPlan
{
    private readonly Lock gate = new();
    private readonly Dictionary<JournalId, Claim> claims = [];

    /// <summary>How many journals are being fetched.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return claims.Count;
        }
    }

    /// <summary>Claims a journal, or renews the holder's own claim; false while another conversation's claim is fresh.</summary>
    internal bool TryClaim(JournalId journal, object holder, DateTimeOffset now)
    {
        lock (gate)
        {
            if (claims.TryGetValue(journal, out var claim) && claim.Holder != holder && now < claim.Until)
                return false;
            claims[journal] = new Claim(holder, now + Limits.FetchPatience);
            return true;
        }
    }

    /// <summary>Gives a claim up; nothing happens when another conversation took it over.</summary>
    internal void Release(JournalId journal, object holder)
    {
        lock (gate)
        {
            if (claims.TryGetValue(journal, out var claim) && claim.Holder == holder)
                claims.Remove(journal);
        }
    }

    private readonly record struct Claim(object Holder, DateTimeOffset Until);
}
