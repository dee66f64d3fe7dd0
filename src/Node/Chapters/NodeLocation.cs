using Microsoft.Extensions.Options;
using OuiShare.Federation.Node.Hosting;

namespace OuiShare.Federation.Node.Chapters;

/// <summary>Where others reach this node. Links, feeds and invitations begin with it, never with what a request says of itself.</summary>
public sealed class NodeLocation(ChapterDirectory chapters, IOptions<NodeOptions> options)
{
    private readonly TaskCompletionSource _isBound = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyList<string> _bound = [];

    /// <summary>The addresses Kestrel listens on, once it does.</summary>
    public IReadOnlyList<string> Bound => _bound;

    /// <summary>
    /// The address without a slash at the end: the one its admin gave, or else the configured one, or else the first it listens on; empty
    /// before it listens.
    /// </summary>
    public string Public => (chapters.OwnAddress ?? options.Value.PublicUrl ?? _bound.FirstOrDefault() ?? "").TrimEnd('/');

    /// <summary>The address as its admin or the settings name it; null when peers elsewhere have none to call.</summary>
    public string? Given => (chapters.OwnAddress ?? options.Value.PublicUrl)?.TrimEnd('/');

    /// <summary>An absolute link on this node; <paramref name="path"/> begins with a slash.</summary>
    public string Link(string path) => Public + path;

    /// <summary>Says where Kestrel listens.</summary>
    public void Bind(IEnumerable<string> urls)
    {
        _bound = [.. urls];
        _isBound.TrySetResult();
    }

    /// <summary>Waits until the address is known.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _isBound.Task.WaitAsync(cancellationToken);
}
