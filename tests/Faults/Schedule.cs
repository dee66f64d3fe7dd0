namespace OuiShare.Federation.Faults;

/// <summary>
/// Which fault comes next, by chance from a seed: all of them in turn, each time in another order. What a fault does is decided by the seed, its
/// name and which time it is, so that the same comes when only this fault is tried again.
/// </summary>
/// <param name="faults">The names of the faults; one at least.</param>
/// <param name="seed">The run's seed.</param>
internal sealed class Schedule(IReadOnlyList<string> faults, int seed)
{
    private readonly Random _random = new(seed);
    private readonly Queue<string> _waiting = new();
    private readonly Dictionary<string, int> _times = [];

    /// <summary>The next fault, which time it is, from 1, and its own chance.</summary>
    public (string Fault, int Number, Random Random) Next()
    {
        if (_waiting.Count == 0)
        {
            var order = faults.ToArray();
            _random.Shuffle(order);
            foreach (var next in order)
                _waiting.Enqueue(next);
        }

        var fault = _waiting.Dequeue();
        var number = _times[fault] = _times.GetValueOrDefault(fault) + 1;
        return (fault, number, new Random(SeedOf(seed, fault, number)));
    }

    // string.GetHashCode is another one in each process.
    private static int SeedOf(int seed, string fault, int number) => fault.Aggregate(unchecked((seed * 31) + number), (sum, letter) => unchecked((sum * 31) + letter));
}
