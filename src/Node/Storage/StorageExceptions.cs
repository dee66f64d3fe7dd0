namespace OuiShare.Federation.Node.Storage;

/// <summary>The disk is full or failed; nothing of the work was stored. Endpoints answer "unavailable" with this sentence.</summary>
public sealed class StorageUnavailableException : Exception
{
    internal StorageUnavailableException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>Another process wrote what only this one may write; nothing of the group was stored.</summary>
internal sealed class StaleWriterException(string message, Exception? inner = null) : Exception(message, inner);
