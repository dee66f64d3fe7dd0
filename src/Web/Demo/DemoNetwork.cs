using OuiShare.Federation.Node.Hosting;

namespace OuiShare.Federation.Web.Demo;

/// <summary>Three nodes on this machine with temporary data folders, removed with them.</summary>
internal sealed class DemoNetwork : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;

    private DemoNetwork(DirectoryInfo folder, IReadOnlyList<ChildNode> nodes)
    {
        _folder = folder;
        Nodes = nodes;
    }

    /// <summary>The nodes, in the order of their names.</summary>
    public IReadOnlyList<ChildNode> Nodes { get; }

    /// <summary>Starts a node for each name, all at once.</summary>
    public static DemoNetwork Start(IReadOnlyList<string> names, TimeProvider time)
    {
        var folder = Directory.CreateTempSubdirectory("ouishare-demo-");
        return new DemoNetwork(folder, [.. names.Select(name => ChildNode.Start(name, Path.Combine(folder.FullName, name), time))]);
    }

    /// <summary>Waits until all can serve and store; answers their addresses in the same order.</summary>
    /// <exception cref="StartRefusedException">One did not start.</exception>
    public Task<Uri[]> WaitUntilReadyAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Nodes.Select(node => node.WaitUntilReadyAsync(cancellationToken)));

    /// <summary>Stops all nodes and removes their folders.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Nodes.Select(node => node.DisposeAsync().AsTask()));
        _folder.Delete(recursive: true);
    }
}
