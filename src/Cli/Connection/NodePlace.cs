namespace OuiShare.Federation.Cli.Connection;

/// <summary>Where the person says the node is.</summary>
internal abstract record NodePlace
{
    private NodePlace()
    {
    }

    /// <summary>A data folder on this machine; the running node has written its address and token there.</summary>
    public sealed record Folder(string Path) : NodePlace;

    /// <summary>An address, with the file that holds the token.</summary>
    public sealed record Address(Uri Url, string TokenFile) : NodePlace;
}

/// <summary>A node that can be called.</summary>
/// <param name="Url">Where it answers.</param>
/// <param name="Token">What proves that we may operate it.</param>
/// <param name="TokenFile">Where the token came from, for sentences.</param>
/// <param name="Place">What the person said.</param>
internal sealed record NodeAddress(Uri Url, string Token, string TokenFile, NodePlace Place)
{
    /// <summary>The node's process as its folder says; null when unknown.</summary>
    public int? ProcessId { get; init; }

    /// <summary>SHA-256 of the certificates that this node shows, in lower-case hexadecimal digits; null: its folder does not say.</summary>
    public IReadOnlyList<string>? Certificates { get; init; }

    /// <summary>Leaves the token out, so that no log or message ever carries it.</summary>
    public override string ToString() => Url.GetLeftPart(UriPartial.Authority);
}

/// <summary>What looking for a node found.</summary>
internal abstract record FindResult
{
    private FindResult()
    {
    }

    /// <summary>It can be called.</summary>
    public sealed record Found(NodeAddress Address) : FindResult;

    /// <summary>It cannot.</summary>
    public sealed record NotFound(Failure Why) : FindResult;
}
