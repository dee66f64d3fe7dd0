namespace OuiShare.Federation.Protocol.Tests.Simulation;

/// <summary>Many nodes in one thread from one seed: every delay, fault and write is drawn from it, so a seed replays a run.</summary>
internal sealed class SimNetwork
{
    private readonly Random random;
    private readonly Dictionary<(int, int), SimLink> links = [];
    private readonly List<(int, int)> edges = [];
    private readonly HashSet<int> down = [];

    public SimNetwork(int seed, int nodes, IEnumerable<(int, int)>? topology = null)
    {
        random = new Random(seed);
        Nodes = [.. Enumerable.Range(0, nodes).Select(number => new SimNode(number + 1, Truth))];
        edges.AddRange(topology ?? RandomTopology(nodes));
    }

    public SimTruth Truth { get; } = new();

    public IReadOnlyList<SimNode> Nodes { get; }

    public IReadOnlyCollection<SimLink> Links => links.Values;

    public DateTimeOffset Now { get; private set; } = Chapters.Noon;

    public bool IsConverged => Nodes.All(node => node.Frontier == Nodes[0].Frontier);

    public void Append(int node, int entries)
    {
        if (down.Contains(node))
            return;
        var head = Nodes[node].Append(random, entries);
        Grown(Nodes[node], head, "");
    }

    public void Append() => Append(random.Next(Nodes.Count), random.Next(1, 12));

    public SimLink Connect(int a, int b)
    {
        var link = new SimLink(Nodes[a], Nodes[b], random);
        links[(a, b)] = link;
        link.Open(Now);
        return link;
    }

    /// <summary>Opens each connection that should be and is not.</summary>
    public void ConnectAll()
    {
        foreach (var (a, b) in edges)
        {
            if (!links.ContainsKey((a, b)) && !down.Contains(a) && !down.Contains(b))
                Connect(a, b);
        }
    }

    /// <summary>Breaks some connection, or stops or starts some node.</summary>
    public void Fault()
    {
        switch (random.Next(3))
        {
            case 0 when links.Count > 0:
                Break(links.ElementAt(random.Next(links.Count)).Key);
                break;
            case 1:
                var stopped = random.Next(Nodes.Count);
                foreach (var edge in links.Keys.Where(edge => edge.Item1 == stopped || edge.Item2 == stopped).ToArray())
                    Break(edge);
                Nodes[stopped].Restart();
                down.Add(stopped);
                break;
            case 2 when down.Count > 0:
                down.Remove(down.First());
                break;
        }
    }

    public void StartAll() => down.Clear();

    /// <summary>Some random steps; between them time passes.</summary>
    public void Run(int steps)
    {
        for (var i = 0; i < steps && links.Count > 0; i++)
            Step();
    }

    /// <summary>Runs until nothing is on its way and two more seconds change nothing.</summary>
    public void Settle(int mostSteps = 2_000_000)
    {
        for (var i = 0; i < mostSteps; i++)
        {
            if (links.Values.Any(link => link.IsBusy))
            {
                Step();
                continue;
            }

            Pass(TimeSpan.FromSeconds(2));
            if (!links.Values.Any(link => link.IsBusy))
                return;
        }

        Assert.Fail($"Not settled after {mostSteps} steps.");
    }

    /// <summary>Time passes for all.</summary>
    public void Pass(TimeSpan time)
    {
        Now += time;
        foreach (var end in links.Values.SelectMany(link => link.Ends).Where(end => end.HangUp is null))
            end.Do(end.Conversation.Tick(Now));
        foreach (var (edge, link) in links.ToArray())
        {
            if (link.IsOver)
                Break(edge);
        }
    }

    private void Step()
    {
        // Time mostly stands still between two steps and sometimes jumps, so that both races and time-outs happen.
        Now += TimeSpan.FromMilliseconds(random.Next(4) == 0 ? random.Next(4) : 0);
        if (random.Next(2000) == 0)
            Pass(Limits.TickInterval);
        if (links.Count == 0)
            return;
        var link = links.ElementAt(random.Next(links.Count)).Value;
        link.TryStep(link.Ends[random.Next(2)], random, Now, Grown);
    }

    private void Grown(SimNode node, JournalHead head, string traceparent)
    {
        foreach (var end in links.Values.SelectMany(link => link.Ends).Where(end => end.Node == node && end.HangUp is null))
            end.Do(end.Conversation.Grown(head, traceparent, Now));
    }

    private void Break((int, int) edge)
    {
        links[edge].Break();
        links.Remove(edge);
    }

    // A random tree, so that all are connected, and as many edges again.
    private HashSet<(int, int)> RandomTopology(int nodes)
    {
        var drawn = new HashSet<(int, int)>();
        for (var node = 1; node < nodes; node++)
        {
            drawn.Add((random.Next(node), node));
            var other = random.Next(nodes);
            if (other != node)
                drawn.Add((Math.Min(node, other), Math.Max(node, other)));
        }

        return drawn;
    }
}
