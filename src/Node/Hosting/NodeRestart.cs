using Microsoft.Extensions.Hosting;

namespace OuiShare.Federation.Node.Hosting;

/// <summary>Lets the node stop and start again within its process, as after a restore.</summary>
public sealed class NodeRestart(IHostApplicationLifetime lifetime, TimeProvider time)
{
    /// <summary>Time for the answer to reach its caller.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(300);

    /// <summary>A restart was asked for: the program starts the node again once it has stopped.</summary>
    public bool IsRequested { get; private set; }

    /// <summary>Asks for a restart in a moment.</summary>
    public void Request()
    {
        IsRequested = true;
        time.CreateTimer(_ => lifetime.StopApplication(), state: null, Grace, Timeout.InfiniteTimeSpan);
    }
}
