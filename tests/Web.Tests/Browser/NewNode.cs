using OuiShare.Federation.Web.Tests.Hosting;

namespace OuiShare.Federation.Web.Tests.Browser;

/// <summary>A node that was never set up, and the link it printed.</summary>
internal sealed class NewNode : IAsyncDisposable
{
    private readonly RunningNode _node = new();

    private NewNode()
    {
    }

    /// <summary>Where it answers.</summary>
    public Uri Address => _node.Address;

    /// <summary>Path of the link that it printed.</summary>
    public string SetUpPath => _node.Lines.Where(line => line.Contains("/set-up/", StringComparison.Ordinal)).Select(line => new Uri(line.Trim()).AbsolutePath).Single();

    /// <summary>Starts it.</summary>
    public static async Task<NewNode> StartAsync()
    {
        var node = new NewNode();
        await node._node.InitializeAsync();
        return node;
    }

    /// <summary>Sets it up as its first admin does: by the printed link.</summary>
    public async Task SetUpAsync(Visit visit)
    {
        await visit.GoAsync(SetUpPath);
        await visit.LookAsync();
        await visit.Page.FillAsync("#name", "OuiShare Lyon");
        await visit.Page.FillAsync("#place", "Lyon, FR");
        await visit.Page.FillAsync("#admin", "Ada");
        await visit.FollowAsync("main form button");
        Assert.Equal("/welcome", visit.Path);
        await visit.LookAsync();
    }

    public async ValueTask DisposeAsync() => await _node.DisposeAsync();
}
