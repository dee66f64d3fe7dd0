namespace OuiShare.Federation.Protocol;

/// <summary>
/// Which of a node's conversations fetches which journal now. A claim lasts as long as it makes progress, so a node asks one peer for a
/// range, and another when the first falls silent, or crawls while another could serve. One for each node; thread-safe.
/// </summary>
public sealed class FetchPlan
{
    private readonly Lock _gate = new();
    private readonly Dictionary<JournalId, Claim> _claims = [];

    /// <summary>How many journals are being fetched.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _claims.Count;
        }
    }

    /// <summary>Claims a journal, or renews the holder's own claim; false while another conversation's claim is fresh.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="holder">Who fetches it.</param>
    /// <param name="now">Now.</param>
    /// <param name="bytes">Bytes that came since the last renewal.</param>
    internal bool TryClaim(JournalId journal, object holder, DateTimeOffset now, int bytes = 0)
    {
        lock (_gate)
        {
            var isHeld = _claims.TryGetValue(journal, out var claim);
            if (isHeld && claim.Holder != holder && claim.IsFresh(now))
                return false;
            var renewed = isHeld && claim.Holder == holder ? claim.Renewed(now, bytes) : new Claim(holder, now, now, 0, IsSlow: false);
            _claims[journal] = renewed;
            return true;
        }
    }

    /// <summary>Gives a claim up; nothing happens when another conversation took it over.</summary>
    internal void Release(JournalId journal, object holder)
    {
        lock (_gate)
        {
            if (_claims.TryGetValue(journal, out var claim) && claim.Holder == holder)
                _claims.Remove(journal);
        }
    }

    // Speed is measured over spans of SlowTime: a peer that was fast once cannot live on it.
    private readonly record struct Claim(object Holder, DateTimeOffset RenewedAt, DateTimeOffset Since, long Bytes, bool IsSlow)
    {
        // A clock that was set back must not make a claim last longer.
        public bool IsFresh(DateTimeOffset now) => (now - RenewedAt).Duration() < Limits.FetchPatience && !IsSlow && !Crawls(now);

        public Claim Renewed(DateTimeOffset now, int bytes)
        {
            var grown = this with { RenewedAt = now, Bytes = Bytes + bytes };
            return now - Since < Limits.SlowTime ? grown : new Claim(Holder, now, now, 0, grown.Crawls(now));
        }

        private bool Crawls(DateTimeOffset now) =>
            now - Since >= Limits.SlowTime && Bytes < Limits.SlowestFetch * (now - Since).TotalSeconds;
    }
}
