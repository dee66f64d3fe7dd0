namespace OuiShare.Federation.Protocol.Tests.Simulation;

/// <summary>Many nodes in one thread from one seed: every delay, fault and write is drawn from it, so a seed replays a run.</summary>
internal sealed class SimNetwork
{
    private readonly Random _random;
    private readonly Dictionary<(int, int), SimLink> _links = [];
    private readonly List<(int, int)> _edges = [];
    private readonly HashSet<int> _down = [];

    public SimNetwork(int seed, int nodes, IEnumerable<(int, int)>? topology = null)
    {
        _random = new Random(seed);
        Nodes = [.. Enumerable.Range(0, nodes).Select(number => new SimNode(number + 1, Truth) { SettlesForks = true })];
        _edges.AddRange(topology ?? RandomTopology(nodes));
    }

    public SimTruth Truth { get; } = new();

    public IReadOnlyList<SimNode> Nodes { get; }

    public IReadOnlyCollection<SimLink> Links => _links.Values;

    public DateTimeOffset Now { get; private set; } = Chapters.Noon;

    public bool IsConverged => Nodes.All(node => node.Frontier == Nodes[0].Frontier);

    public void Append(int node, int entries)
    {
        if (_down.Contains(node) || !Nodes[node].Forks.IsOpen)
            return;
        var head = Nodes[node].Append(_random, entries);
        Grown(Nodes[node], head, "");
    }

    public void Append() => Append(_random.Next(Nodes.Count), _random.Next(1, 12));

    public SimLink Connect(int a, int b)
    {
        var link = new SimLink(Nodes[a], Nodes[b], _random);
        _links[(a, b)] = link;
        link.Open(Now);
        return link;
    }

    /// <summary>Opens each connection that should be and is not.</summary>
    public void ConnectAll()
    {
        foreach (var (a, b) in _edges)
        {
            if (!_links.ContainsKey((a, b)) && !_down.Contains(a) && !_down.Contains(b))
                Connect(a, b);
        }
    }

    /// <summary>Breaks some connection, or stops or starts some node.</summary>
    public void Fault()
    {
        switch (_random.Next(3))
        {
            case 0 when _links.Count > 0:
                Break(_links.ElementAt(_random.Next(_links.Count)).Key);
                break;
            case 1:
                Stop(_random.Next(Nodes.Count));
                break;
            case 2 when _down.Count > 0:
                _down.Remove(_down.First());
                break;
        }
    }

    /// <summary>
    /// A node's disk is what it was some time ago, while some of its neighbours are away; it writes on that, not knowing.
    /// </summary>
    public void RollBack(int node, SimSnapshot old)
    {
        Stop(node);
        Nodes[node].RollBack(old);
        _down.Remove(node);
        foreach (var neighbour in _edges.Where(edge => edge.Item1 == node || edge.Item2 == node).Select(edge => edge.Item1 == node ? edge.Item2 : edge.Item1))
        {
            if (_random.Next(3) > 0)
                Stop(neighbour);
        }
    }

    /// <summary>What was written and is on no disk any more, neither itself nor written again in a later epoch.</summary>
    public IEnumerable<VerifiedEntry> Gone() => Truth.MissingFrom(Nodes.SelectMany(node => node.AllEntries));

    /// <summary>Runs until nothing changes, beginning connections anew as often as nodes do.</summary>
    public void SettleForks()
    {
        // Each turn settles at least one version; a run that goes round and round is one that never ends.
        for (var turn = 0; turn < 60; turn++)
        {
            ConnectAll();
            Settle();
            if (_edges.All(_links.ContainsKey) && !Nodes.Any(node => node.Forks.IsWaiting))
                return;
            foreach (var node in Nodes.Where(node => node.Forks.IsWaiting))
            {
                node.Forks.Retry();
                Settled(node);
            }
        }
    }

    public void StartAll() => _down.Clear();

    /// <summary>All connections are gone, and every process starts again.</summary>
    public void RestartAll()
    {
        for (var node = 0; node < Nodes.Count; node++)
            Stop(node);
        StartAll();
    }

    /// <summary>Some random steps; between them time passes.</summary>
    public void Run(int steps)
    {
        for (var i = 0; i < steps && _links.Count > 0; i++)
            Step();
    }

    /// <summary>Runs until nothing is on its way and two more seconds change nothing.</summary>
    public void Settle(int mostSteps = 2_000_000)
    {
        for (var i = 0; i < mostSteps; i++)
        {
            if (_links.Values.Any(link => link.IsBusy))
            {
                Step();
                continue;
            }

            Pass(TimeSpan.FromSeconds(2));
            if (!_links.Values.Any(link => link.IsBusy))
                return;
        }

        Assert.Fail($"Not settled after {mostSteps} steps.");
    }

    /// <summary>Time passes for all.</summary>
    public void Pass(TimeSpan time)
    {
        Now += time;
        foreach (var end in _links.Values.SelectMany(link => link.Ends).Where(end => end.HangUp is null))
            end.Do(end.Conversation.Tick(Now));
        foreach (var (edge, link) in _links.ToArray())
        {
            if (link.IsOver)
                Break(edge);
        }
    }

    private void Step()
    {
        // Time mostly stands still between two steps and sometimes jumps, so that both races and time-outs happen.
        Now += TimeSpan.FromMilliseconds(_random.Next(4) == 0 ? _random.Next(4) : 0);
        if (_random.Next(2000) == 0)
            Pass(Limits.TickInterval);
        if (_links.Count == 0)
            return;
        var link = _links.ElementAt(_random.Next(_links.Count)).Value;
        link.TryStep(link.Ends[_random.Next(2)], _random, Now, Grown, Settled);
    }

    private void Grown(SimNode node, JournalHead head, string traceparent)
    {
        foreach (var end in _links.Values.SelectMany(link => link.Ends).Where(end => end.Node == node && end.HangUp is null))
            end.Do(end.Conversation.Grown(head, traceparent, Now));
    }

    private void Stop(int node)
    {
        Settled(Nodes[node]);
        Nodes[node].Restart();
        _down.Add(node);
    }

    // A node that put a journal right hangs up on everybody: what conversations know of it is not so any more.
    private void Settled(SimNode node, Origin? origin = null)
    {
        foreach (var (edge, _) in _links.Where(link => link.Value.Ends.Any(end => end.Node == node)
            && (origin is null || link.Value.Ends.Any(end => end.Node.Key.Origin == origin))).ToArray())
            Break(edge);
    }

    private void Break((int, int) edge)
    {
        _links[edge].Break();
        _links.Remove(edge);
    }

    // A random tree, so that all are connected, and as many edges again.
    private HashSet<(int, int)> RandomTopology(int nodes)
    {
        var drawn = new HashSet<(int, int)>();
        for (var node = 1; node < nodes; node++)
        {
            drawn.Add((_random.Next(node), node));
            var other = _random.Next(nodes);
            if (other != node)
                drawn.Add((Math.Min(node, other), Math.Max(node, other)));
        }

        return drawn;
    }
}
