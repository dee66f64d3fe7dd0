using System.Diagnostics.Metrics;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Problems;

namespace OuiShare.Federation.Node.Tests.Problems;

public sealed class NodeProblemsTests
{
    private static readonly NodeProblem Older = new(NodeProblemReason.JournalClosed, "Older.", [], Samples.Now.AddHours(-1));
    private static readonly NodeProblem Newer = new(NodeProblemReason.JournalClosed, "Newer.", [], Samples.Now);

    [Fact]
    public void What_is_wrong_longest_is_told_first_whoever_tells_it()
    {
        var problems = new NodeProblems([new Source(Newer), new Source(), new Source(Older)]);

        Assert.Equal([Older, Newer], problems.List());
    }

    [Fact]
    public void A_metric_counts_what_is_wrong_by_reason()
    {
        using var gauge = new ProblemGauge(new NodeProblems([new Source(Newer, Older)]));
        var counts = new Dictionary<string, int>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == Telemetry.Name && instrument.Name == "ouishare.problems")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<int>((_, count, tags, _) =>
        {
            // Nodes of other tests in this process measure the same.
            var reason = (string)tags[0].Value!;
            counts[reason] = Math.Max(count, counts.GetValueOrDefault(reason));
        });

        listener.Start();
        listener.RecordObservableInstruments();

        Assert.Equal(2, counts[nameof(NodeProblemReason.JournalClosed)]);
    }

    private sealed class Source(params NodeProblem[] problems) : IProblemSource
    {
        public IReadOnlyList<NodeProblem> FindProblems() => problems;
    }
}
