using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Web.Demo;

namespace OuiShare.Federation.Web.Tests.Hosting;

public sealed class ChildNodeTests : IDisposable
{
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("ouishare-test-");

    public void Dispose() => _parent.Delete(recursive: true);

    [Fact]
    public async Task Nodes_side_by_side_find_ports_of_their_own_and_stop_when_asked()
    {
        await using var first = ChildNode.Start("first", FolderOf("first"), TimeProvider.System);
        await using var second = ChildNode.Start("second", FolderOf("second"), TimeProvider.System);
        var addresses = await Task.WhenAll(first.WaitUntilReadyAsync(CancellationToken.None), second.WaitUntilReadyAsync(CancellationToken.None));
        Assert.NotEqual(addresses[0], addresses[1]);

        await first.DisposeAsync();
        await second.DisposeAsync();

        // A node that was killed would leave its address behind.
        Assert.Null(DataFolder.ReadAddress(first.DataFolder));
        Assert.Null(DataFolder.ReadAddress(second.DataFolder));
    }

    [Fact]
    public async Task A_folder_is_held_until_its_process_ends_even_if_it_is_killed()
    {
        await using var node = ChildNode.Start("node", FolderOf("node"), TimeProvider.System);
        await node.WaitUntilReadyAsync(CancellationToken.None);
        var refused = Assert.Throws<StartRefusedException>(() => DataFolder.Open(node.DataFolder));
        Assert.Contains($"process {node.ProcessId}", refused.Message, StringComparison.Ordinal);

        await node.KillAsync();

        using var folder = DataFolder.Open(node.DataFolder);
        Assert.Null(DataFolder.ReadAddress(node.DataFolder));
    }

    [Fact]
    public async Task A_node_that_does_not_start_says_why()
    {
        await using var node = ChildNode.Start("node", FolderOf("node"), TimeProvider.System, urls: "nonsense");

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => node.WaitUntilReadyAsync(CancellationToken.None));

        Assert.Equal(ExitCodes.BadSetting, refused.ExitCode);
        Assert.Contains("\"nonsense\" is not an address to listen on", refused.Message, StringComparison.Ordinal);
        Assert.Single(node.Lines);
    }

    [Fact]
    public async Task A_taken_port_is_one_line_and_no_stack_trace()
    {
        await using var first = ChildNode.Start("first", FolderOf("first"), TimeProvider.System);
        var taken = await first.WaitUntilReadyAsync(CancellationToken.None);
        await using var second = ChildNode.Start("second", FolderOf("second"), TimeProvider.System, urls: taken.ToString());

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => second.WaitUntilReadyAsync(CancellationToken.None));

        Assert.Equal(ExitCodes.AddressUnavailable, refused.ExitCode);
        var line = Assert.Single(second.Lines);
        Assert.Contains("address already in use", line, StringComparison.Ordinal);
    }

    private string FolderOf(string name) => Path.Combine(_parent.FullName, name);
}
