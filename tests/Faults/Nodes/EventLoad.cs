using System.Collections.Concurrent;
using System.Globalization;
using Grpc.Core;
using OuiShare.Federation.Faults.Checking;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Faults.Nodes;

/// <summary>
/// Programs that publish, change and withdraw events of every node all the time, and note what was acknowledged. The notes are in this
/// process's memory, which no fault touches.
/// </summary>
internal sealed class EventLoad : IAsyncDisposable
{
    /// <summary>Two for each node, so that commits are in groups.</summary>
    private const int WritersForEachNode = 2;

    /// <summary>Pause between two writes of a writer; none in a burst.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentQueue<WrittenEvent> _written = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Writer> _writers = [];
    private readonly List<Task> _running = [];
    private int _publishers;

    /// <summary>Begins to write, on all nodes.</summary>
    public EventLoad(IEnumerable<NodeProcess> nodes, int seed)
    {
        foreach (var node in nodes)
        {
            for (var i = 0; i < WritersForEachNode; i++)
            {
                var name = $"{node.Name}-{i}-{seed.ToString(CultureInfo.InvariantCulture)}";
                _writers.Add(new Writer(node, name, new Random(seed + _writers.Count), _written) { IsPaused = true });
            }
        }

        _running.AddRange(_writers.Select(writer => RunAsync(writer, _stop.Token)));
    }

    /// <summary>All that was acknowledged.</summary>
    public IReadOnlyList<WrittenEvent> Written => [.. _written];

    /// <summary>Goes on with these nodes.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="isBurst">As fast as they take it.</param>
    public void Resume(IEnumerable<NodeProcess> nodes, bool isBurst = false)
    {
        foreach (var writer in WritersOf(nodes))
            (writer.IsBurst, writer.IsPaused) = (isBurst, false);
    }

    /// <summary>Pauses with these nodes, and waits until every answer is there or has had its time.</summary>
    public async Task PauseAsync(params IEnumerable<NodeProcess> nodes)
    {
        foreach (var writer in WritersOf(nodes))
            writer.IsPaused = true;
        while (WritersOf(nodes).Any(writer => writer.IsBusy))
            await Task.Delay(Poll, TimeProvider.System);
    }

    /// <summary>Publishes events on one process of a node, beside the writers; each must be acknowledged.</summary>
    /// <param name="node">The process: the node itself, or a copy of it.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="RpcException">One was not.</exception>
    public async Task PublishAsync(NodeProcess node, int count)
    {
        var publisher = Interlocked.Increment(ref _publishers);
        var writer = new Writer(node, $"{node.Name}-p{publisher.ToString(CultureInfo.InvariantCulture)}", new Random(publisher), _written);
        for (var i = 0; i < count; i++)
            await writer.CreateAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
    }

    private IEnumerable<Writer> WritersOf(IEnumerable<NodeProcess> nodes) => _writers.Where(writer => nodes.Contains(writer.Node));

    private static async Task RunAsync(Writer writer, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            if (!await writer.TryWriteAsync() || !writer.IsBurst)
                await Task.Delay(writer.IsPaused ? Poll : Pace, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One program that writes to one node, one request after the other.</summary>
    private sealed class Writer(NodeProcess node, string name, Random random, ConcurrentQueue<WrittenEvent> written)
    {
        private readonly List<WrittenEvent> _own = [];
        private int _created;
        private volatile bool _isBusy;

        public NodeProcess Node => node;

        public bool IsPaused { get; set; }

        public bool IsBurst { get; set; }

        public bool IsBusy => _isBusy;

        /// <summary>Writes one thing; false when paused, or when it was not acknowledged.</summary>
        public async Task<bool> TryWriteAsync()
        {
            // Busy first: whoever pauses looks at it after setting the pause.
            _isBusy = true;
            try
            {
                if (IsPaused || node.Origin.Length == 0)
                    return false;
                await WriteAsync();
                return true;
            }
            catch (RpcException)
            {
                return false;
            }
            finally
            {
                _isBusy = false;
            }
        }

        public async Task CreateAsync()
        {
            var eventName = $"{name}-{_created++}";
            var request = new CreateEventRequest { RequestId = eventName.PadRight(16, '-'), Record = RecordOf($"{eventName} v0") };
            var answer = await node.Events.CreateEventAsync(request, deadline: NodeLooks.Deadline());
            var made = new WrittenEvent(node.Origin, answer.Event.Id, eventName);
            _own.Add(made);
            written.Enqueue(made);
        }

        private Task WriteAsync() => _own.Count == 0 ? CreateAsync() : random.Next(100) switch
        {
            < 75 => CreateAsync(),
            < 95 => UpdateAsync(),
            _ => WithdrawAsync(),
        };

        private async Task UpdateAsync()
        {
            var changed = TakeOwn();
            changed.AskVersion();
            var request = new UpdateEventRequest { Id = changed.Id, Record = RecordOf(changed.TitleOf(changed.Asked)), BaseSequence = (uint)changed.Acknowledged };
            await node.Events.UpdateEventAsync(request, deadline: NodeLooks.Deadline());
            changed.AcknowledgeVersion();
            _own.Add(changed);
        }

        private async Task WithdrawAsync()
        {
            var withdrawn = TakeOwn();
            withdrawn.AskWithdrawal();
            await node.Events.WithdrawEventAsync(new WithdrawEventRequest { Id = withdrawn.Id }, deadline: NodeLooks.Deadline());
            withdrawn.AcknowledgeWithdrawal();
        }

        // It is only put back once its answer is there: what became of it otherwise is unknown, and it is left alone.
        private WrittenEvent TakeOwn()
        {
            var at = random.Next(_own.Count);
            var taken = _own[at];
            _own.RemoveAt(at);
            return taken;
        }

        private static EventRecord RecordOf(string title) => new()
        {
            Title = Text(title),
            Description = Text(WrittenEvent.DescriptionFor(title)),
            Time = new EventTime { Start = "2093-05-14T19:00", End = "2093-05-14T22:00", Zone = "Europe/Paris" },
            Format = EventFormat.Drink,
        };

        private static LocalizedText Text(string text) => new()
        {
            SourceLanguage = "en",
            Translations = { new Translation { Language = "en", Text = text, Version = 1 } },
        };
    }
}
