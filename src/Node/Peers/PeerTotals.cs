namespace OuiShare.Federation.Node.Peers;

/// <summary>Entries that came from one peer since the process started, through however many sessions. Thread-safe.</summary>
internal sealed class PeerTotals
{
    private ulong _received;
    private ulong _rejected;

    /// <summary>Entries that were stored.</summary>
    public ulong Received => Interlocked.Read(ref _received);

    /// <summary>Times that what it sent was refused.</summary>
    public ulong Rejected => Interlocked.Read(ref _rejected);

    public void Receive(int entries) => Interlocked.Add(ref _received, (ulong)entries);

    public void Reject() => Interlocked.Increment(ref _rejected);
}
