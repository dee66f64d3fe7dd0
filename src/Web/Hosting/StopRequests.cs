using System.Runtime.InteropServices;

namespace OuiShare.Federation.Web.Hosting;

/// <summary>Hears that the process is asked to stop, from its first moment on: the host listens only once it is built and starts.</summary>
/// <remarks>Without it a signal in the first second or two would end the process at once, without a word, in the midst of a migration.</remarks>
internal sealed class StopRequests : IDisposable
{
    private readonly CancellationTokenSource _asked = new();
    private readonly PosixSignalRegistration[] _signals;

    public StopRequests() =>
        _signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT }.Select(signal => PosixSignalRegistration.Create(signal, Note))];

    /// <summary>Cancelled once the process was asked to stop.</summary>
    public CancellationToken Asked => _asked.Token;

    /// <summary>Signals end the process again as they do by default.</summary>
    public void Dispose()
    {
        foreach (var signal in _signals)
            signal.Dispose();
        _asked.Dispose();
    }

    private void Note(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _asked.Cancel();
    }
}
