namespace OuiShare.Federation.Web.Hosting;

/// <summary>Stops a node whose parent program has ended, however it ended.</summary>
/// <remarks>
/// The parent holds the other end of standard input and writes nothing. When it closes its end, or dies (also of SIGKILL), the
/// operating system ends the stream; no process id is polled, which another program could have been given meanwhile.
/// </remarks>
internal static class ParentWatch
{
    /// <summary>Watches until the process ends.</summary>
    public static void Start(IHostApplicationLifetime lifetime)
    {
        // A thread of its own: reading a pipe blocks, and cannot be cancelled when the node stops for another reason.
        var thread = new Thread(() => Watch(lifetime)) { IsBackground = true, Name = "parent watch" };
        thread.Start();
    }

    private static void Watch(IHostApplicationLifetime lifetime)
    {
        using var input = Console.OpenStandardInput();
        Span<byte> ignored = stackalloc byte[64];
        while (input.Read(ignored) > 0)
        {
        }

        lifetime.StopApplication();
    }
}
