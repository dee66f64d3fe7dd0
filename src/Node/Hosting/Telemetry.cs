using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OuiShare.Federation.Node.Hosting;

internal static class Telemetry
{
    public static readonly ActivitySource Source = new("OuiShare.Federation");
    private static readonly Meter _meter = new("OuiShare.Federation");
    public static readonly Counter<long> EntriesAppended = _meter.CreateCounter<long>("a");
    public static readonly Counter<long> EntriesReceived = _meter.CreateCounter<long>("b");
    public static readonly Histogram<double> Propagation = _meter.CreateHistogram<double>("c");
}
