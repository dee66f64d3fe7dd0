using OuiShare.Federation.Web.Demo;

namespace OuiShare.Federation.Web.Tests.Hosting;

/// <summary>A whole node in a process of its own, with a data folder that lasts as long as it.</summary>
public sealed class RunningNode : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ouishare-test-");
    private ChildNode _node = null!;

    /// <summary>Where it answers.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Its process.</summary>
    public int ProcessId => _node.ProcessId;

    /// <summary>Its data folder.</summary>
    public string DataFolder => _node.DataFolder;

    /// <summary>What it wrote to its log.</summary>
    public IReadOnlyCollection<string> Lines => _node.Lines;

    public async Task InitializeAsync()
    {
        _node = ChildNode.Start("test", Path.Combine(_folder.FullName, "data"), TimeProvider.System);
        Address = await _node.WaitUntilReadyAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
