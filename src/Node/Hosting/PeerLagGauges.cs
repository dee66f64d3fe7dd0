using System.Diagnostics.Metrics;

namespace OuiShare.Federation.Node.Hosting;

/// <summary>How far behind one peer we are.</summary>
/// <param name="Peer">First 8 hexadecimal digits of its public key.</param>
/// <param name="Entries">Entries it has told us of that we do not hold.</param>
/// <param name="Time">How long we have been lacking the oldest of them; zero when we lack none.</param>
public readonly record struct PeerLag(string Peer, long Entries, TimeSpan Time);

/// <summary>Lag in entries and in seconds for each peer, read when somebody scrapes.</summary>
/// <remarks>An object of its own, since a gauge must know whose peers to read; disposed with the node.</remarks>
public sealed class PeerLagGauges : IDisposable
{
    private readonly Meter _meter = new(Telemetry.Name);

    /// <summary>Measures until disposed.</summary>
    /// <param name="read">Every peer's lag now; called from any thread, and must not wait.</param>
    public PeerLagGauges(Func<IReadOnlyCollection<PeerLag>> read)
    {
        _meter.CreateObservableGauge(
            "ouishare.peer.lag.entries",
            () => read().Select(lag => new Measurement<long>(lag.Entries, PeerOf(lag))),
            "{entry}",
            "Entries a peer has told us of that we do not hold.");
        _meter.CreateObservableGauge(
            "ouishare.peer.lag.time",
            () => read().Select(lag => new Measurement<double>(lag.Time.TotalSeconds, PeerOf(lag))),
            "s",
            "How long we have been lacking the oldest entry a peer has told us of.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> PeerOf(PeerLag lag) => new(Telemetry.PeerTag, lag.Peer);
}
