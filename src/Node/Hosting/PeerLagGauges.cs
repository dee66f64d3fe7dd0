using System.Diagnostics.Metrics;

namespace OuiShare.Federation.Node.Hosting;

/// <summary>How far behind one peer we are.</summary>
/// <param name="Peer">First 8 hexadecimal digits of its public key.</param>
/// <param name="Entries">Entries it has told us of that we do not hold.</param>
/// <param name="Time">How long we have been lacking the oldest of them; zero when we lack none.</param>
public readonly record struct PeerLag(string Peer, long Entries, TimeSpan Time);

/// <summary>How long ago a peer was last heard, connected or not.</summary>
/// <param name="Peer">First 8 hexadecimal digits of its public key.</param>
/// <param name="Time">Since its last message.</param>
public readonly record struct PeerSilence(string Peer, TimeSpan Time);

/// <summary>Lag in entries and in seconds for each connected peer, and silence for every peer, read when somebody scrapes.</summary>
/// <remarks>An object of its own, since a gauge must know whose peers to read; disposed with the node.</remarks>
public sealed class PeerLagGauges : IDisposable
{
    private readonly Meter _meter = new(Telemetry.Name);

    /// <summary>Measures until disposed.</summary>
    /// <param name="lags">Every connected peer's lag now; called from any thread, and must not wait.</param>
    /// <param name="silences">Every peer's silence now; the same.</param>
    public PeerLagGauges(Func<IReadOnlyCollection<PeerLag>> lags, Func<IReadOnlyCollection<PeerSilence>> silences)
    {
        _meter.CreateObservableGauge(
            "ouishare.peer.lag.entries",
            () => lags().Select(lag => new Measurement<long>(lag.Entries, PeerOf(lag.Peer))),
            "{entry}",
            "Entries a peer has told us of that we do not hold.");
        _meter.CreateObservableGauge(
            "ouishare.peer.lag.time",
            () => lags().Select(lag => new Measurement<double>(lag.Time.TotalSeconds, PeerOf(lag.Peer))),
            "s",
            "How long we have been lacking the oldest entry a peer has told us of.");
        _meter.CreateObservableGauge(
            "ouishare.peer.silence",
            () => silences().Select(silence => new Measurement<double>(silence.Time.TotalSeconds, PeerOf(silence.Peer))),
            "s",
            "How long ago a peer was last heard: below a minute while it is connected.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> PeerOf(string peer) => new(Telemetry.PeerTag, peer);
}
