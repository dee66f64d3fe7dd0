namespace OuiShare.Federation.Node.Storage;

/// <summary>Limits of the node's database.</summary>
internal static class StorageLimits
{
    /// <summary>Most pieces of work in one transaction: at 20 µs each a group holds the writer for at most 80 ms.</summary>
    public const int GroupSize = 4_096;

    /// <summary>Most pieces of work that wait; further callers wait to be let in.</summary>
    public const int QueuedWrites = 65_536;

    /// <summary>Reader connections kept open: more readers than cores only costs memory.</summary>
    public const int IdleReaders = 4;
}
