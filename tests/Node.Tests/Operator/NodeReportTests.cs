using OuiShare.Federation.Node.Operator;

namespace OuiShare.Federation.Node.Tests.Operator;

public sealed class NodeReportTests
{
    [Fact]
    public async Task A_node_runs_since_its_start_and_not_since_somebody_asked()
    {
        var node = new TestNode();
        await node.InitializeAsync();
        var started = node.Time.GetUtcNow();
        node.Time.Advance(TimeSpan.FromHours(3));

        var status = await node.Get<NodeReport>().MakeAsync(CancellationToken.None);

        Assert.Equal(started, status.StartedAt.ToDateTimeOffset());
        await node.DisposeAsync();
    }
}
