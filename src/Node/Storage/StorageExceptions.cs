namespace OuiShare.Federation.Node.Storage;

/// <summary>The disk is full or failed; nothing of the work was stored. Endpoints answer "unavailable" with this sentence.</summary>
public sealed class StorageUnavailableException : Exception
{
    internal StorageUnavailableException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>There is no room on the disk; otherwise it failed, or the node stops.</summary>
    public bool IsDiskFull { get; internal init; }
}

/// <summary>Another process wrote what only this one may write; nothing of the group was stored.</summary>
internal sealed class StaleWriterException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What this node keeps is damaged, so that the call cannot be done; the message says what, and what to do.</summary>
public sealed class DamagedDataException : Exception
{
    internal DamagedDataException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
