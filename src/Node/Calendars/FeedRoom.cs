namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// The events of one feed, up to a number of bytes. Beyond it the largest are left out first: otherwise a chapter with a few huge events would push
/// out many of the others.
/// </summary>
/// <param name="bytes">Bytes of all VEVENTs together.</param>
internal sealed class FeedRoom(long bytes)
{
    private readonly List<CalendarBlock?> _blocks = [];
    private readonly PriorityQueue<int, int> _largest = new();
    private long _bytes;

    /// <summary>Those that found room, in the order in which they came.</summary>
    public IReadOnlyList<CalendarBlock> Kept => [.. _blocks.OfType<CalendarBlock>()];

    /// <summary>Adds the next event, or what is larger than it gives way.</summary>
    public void Add(CalendarBlock block)
    {
        _largest.Enqueue(_blocks.Count, -block.Utf8.Length);
        _blocks.Add(block);
        _bytes += block.Utf8.Length;
        while (_bytes > bytes)
        {
            var largest = _largest.Dequeue();
            _bytes -= _blocks[largest]!.Utf8.Length;
            _blocks[largest] = null;
        }
    }
}
