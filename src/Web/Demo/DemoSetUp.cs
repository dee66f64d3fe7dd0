using Grpc.Core;
using Grpc.Net.Client;
using OuiShare.Federation.V1;
using NodeFolder = OuiShare.Federation.Node.Hosting.DataFolder;

namespace OuiShare.Federation.Web.Demo;

/// <summary>Turns three empty nodes into three chapters that know each other, over gRPC as an operator would.</summary>
internal static class DemoSetUp
{
    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(100);

    /// <summary>How long the chapters may take to hold all of each other's events.</summary>
    private static readonly TimeSpan SyncLimit = TimeSpan.FromSeconds(30);

    /// <summary>Sets up, publishes, joins in a chain, and waits until all frontiers are equal.</summary>
    /// <exception cref="RpcException">A node refused something.</exception>
    public static async Task RunAsync(
        IReadOnlyList<ChildNode> nodes, IReadOnlyList<Uri> addresses, TimeProvider time, CancellationToken cancellationToken)
    {
        var channels = addresses.Select(address => GrpcChannel.ForAddress(address)).ToList();
        try
        {
            var operators = nodes.Zip(channels, (node, channel) => new DemoOperator(channel, node.DataFolder)).ToList();
            await Task.WhenAll(nodes.Select((node, i) =>
                PublishAsync(operators[i], SampleChapter.Read(node.Name), addresses[i], time, cancellationToken)));
            for (var i = 0; i + 1 < operators.Count; i++)
                await JoinAsync(inviting: operators[i], joining: operators[i + 1], addresses[i], cancellationToken);
            await WaitUntilEqualAsync(operators, time, cancellationToken);
        }
        finally
        {
            foreach (var channel in channels)
                channel.Dispose();
        }
    }

    private static async Task PublishAsync(
        DemoOperator node, SampleChapter sample, Uri address, TimeProvider time, CancellationToken cancellationToken)
    {
        var setUp = new SetUpRequest
        {
            ChapterName = sample.Chapter.Name,
            Place = $"{sample.Chapter.City}, {sample.Chapter.Country}",
            AdminName = sample.Members[0].Name,
            Address = address.ToString(),
        };
        setUp.Languages.Add(sample.Chapter.Languages);
        await node.Operator.SetUpAsync(setUp, node.Headers, cancellationToken: cancellationToken);

        foreach (var sampleEvent in sample.Events)
        {
            var record = SampleRecords.ToRecord(sampleEvent, sample.Chapter, today: DateOnly.FromDateTime(time.GetLocalNow().DateTime));
            var created = await node.Events.CreateEventAsync(
                new CreateEventRequest { RequestId = RequestIdOf(sampleEvent), Record = record }, node.Headers, cancellationToken: cancellationToken);
            if (sampleEvent.Cancelled is { } reason)
            {
                await node.Events.CancelEventAsync(
                    new CancelEventRequest { Id = created.Event.Id, Reason = SampleRecords.ToText(reason) }, node.Headers, cancellationToken: cancellationToken);
            }
        }
    }

    private static async Task JoinAsync(DemoOperator inviting, DemoOperator joining, Uri invitingAddress, CancellationToken cancellationToken)
    {
        var invitation = await inviting.Operator.CreateInvitationAsync(
            new CreateInvitationRequest { Address = invitingAddress.ToString() }, inviting.Headers, cancellationToken: cancellationToken);
        await joining.Operator.JoinPeerAsync(
            new JoinPeerRequest { Invitation = invitation.Invitation }, joining.Headers, cancellationToken: cancellationToken);
    }

    private static async Task WaitUntilEqualAsync(IReadOnlyList<DemoOperator> nodes, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var states = await Task.WhenAll(nodes.Select(node =>
                node.Operator.GetStatusAsync(new GetStatusRequest(), node.Headers, cancellationToken: cancellationToken).ResponseAsync));
            if (states.All(state => state.Journals >= nodes.Count && state.SearchLagEntries == 0)
                && states.Select(state => state.FrontierDigest).Distinct().Count() == 1)
            {
                Console.WriteLine($"All {nodes.Count} hold the same {states[0].Events} events of {states[0].Journals} chapters.");
                return;
            }

            if (time.GetElapsedTime(started) > SyncLimit)
            {
                Console.WriteLine($"After {SyncLimit.TotalSeconds:0} s the chapters are not equal yet; their network pages say why.");
                return;
            }

            await Task.Delay(PollPeriod, time, cancellationToken);
        }
    }

    /// <summary>A request id has 16 characters or more.</summary>
    private static string RequestIdOf(SampleEvent sampleEvent) => ("demo-event-" + sampleEvent.Uid.Split('@')[0]).PadRight(16, '-');

    /// <summary>The clients for one node, with its operator's token.</summary>
    private sealed class DemoOperator(GrpcChannel channel, string dataFolder)
    {
        public OperatorService.OperatorServiceClient Operator { get; } = new(channel);

        public EventService.EventServiceClient Events { get; } = new(channel);

        public Metadata Headers { get; } = new() { { "authorization", "Bearer " + NodeFolder.ReadOperatorToken(dataFolder) } };
    }
}
