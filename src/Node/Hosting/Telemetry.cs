using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OuiShare.Federation.Node.Hosting;

/// <summary>What a node measures and traces of itself: every name, unit and meaning.</summary>
/// <remarks>
/// <para>
/// The instruments are static because they hold nothing: a value exists only while somebody listens, and listeners find
/// them by name. No tag and no name may come from what a person wrote, and no tag may have more values than the network
/// has chapters.
/// </para>
/// <para>Thread-safe.</para>
/// </remarks>
public static class Telemetry
{
    /// <summary>Name of the activity source and of the meter.</summary>
    public const string Name = "OuiShare.Federation";

    /// <summary>Tag: why something was refused; one of a closed list of reasons, such as "bad_signature".</summary>
    public const string ReasonTag = "reason";

    /// <summary>Tag: a peer, as the first 8 hexadecimal digits of its public key.</summary>
    public const string PeerTag = "peer";

    /// <summary>
    /// One activity for each change of an event ("event publish" and its like), append ("journal append"), range from a peer ("journal
    /// receive", and in it "journal store") and page that search reads ("search apply"); all of one change in one trace, on every node.
    /// </summary>
    public static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);

    /// <summary>Entries written to this node's own journal and on disk.</summary>
    public static readonly Counter<long> EntriesAppended = Meter.CreateCounter<long>(
        "ouishare.entries.appended", "{entry}", "Entries of this node's own journal that are on disk.");

    /// <summary>Entries of other journals that were verified and are on disk.</summary>
    public static readonly Counter<long> EntriesReceived = Meter.CreateCounter<long>(
        "ouishare.entries.received", "{entry}", "Entries of other journals that were verified and are on disk.");

    /// <summary>Entries that a peer sent and that were not taken. Tag <see cref="ReasonTag"/>.</summary>
    public static readonly Counter<long> EntriesRejected = Meter.CreateCounter<long>(
        "ouishare.entries.rejected", "{entry}", "Entries that a peer sent and that were refused, by reason.");

    /// <summary>
    /// From the time an entry says it was written until it is on disk here; seconds. By two clocks: a peer's wrong clock shows
    /// here, and a negative value counts as zero.
    /// </summary>
    public static readonly Histogram<double> PropagationTime = Meter.CreateHistogram(
        "ouishare.propagation.duration", "s", "From the writing of an entry at its origin until it is on disk here.",
        advice: Buckets(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 60, 600, 3_600, 86_400));

    /// <summary>From asking for an append until it is on disk; seconds.</summary>
    public static readonly Histogram<double> AppendTime = Meter.CreateHistogram(
        "ouishare.append.duration", "s", "From asking for an append until it is on disk.",
        advice: Buckets(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5));

    /// <summary>From a question until its page of answers, without rendering; seconds.</summary>
    public static readonly Histogram<double> SearchTime = Meter.CreateHistogram(
        "ouishare.search.duration", "s", "From a search until its page of answers.",
        advice: Buckets(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1));

    /// <summary>Conversations with peers that are open now, called or calling.</summary>
    public static readonly UpDownCounter<int> SyncSessions = Meter.CreateUpDownCounter<int>(
        "ouishare.sync.sessions", "{session}", "Conversations with peers that are open now.");

    /// <summary>
    /// Starts an activity in the trace of what caused it, here or on another node, or a trace of its own when
    /// <paramref name="cause"/> is default. Null while nobody listens.
    /// </summary>
    /// <remarks>
    /// Work that a long conversation does for one entry belongs to that entry's trace and never to the conversation's, which may
    /// last for weeks; so the current activity is left out.
    /// </remarks>
    /// <param name="name">What is done, such as "apply".</param>
    /// <param name="cause">Trace context of what caused the work.</param>
    /// <param name="kind">Which side of a message this is.</param>
    public static Activity? StartFrom(string name, ActivityContext cause, ActivityKind kind = ActivityKind.Consumer)
    {
        if (cause == default)
            Activity.Current = null;
        return Source.StartActivity(name, kind, cause);
    }

    private static InstrumentAdvice<double> Buckets(params double[] boundaries) => new() { HistogramBucketBoundaries = boundaries };
}
