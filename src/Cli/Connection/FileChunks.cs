using Google.Protobuf;
using Grpc.Core;
using OuiShare.Federation.Cli.Output;

namespace OuiShare.Federation.Cli.Connection;

/// <summary>Sends a file as a stream of messages.</summary>
internal static class FileChunks
{
    /// <summary>
    /// Sends the file in pieces of at most <see cref="Limits.ChunkBytes"/>; an empty file as one empty piece, so that the node still
    /// learns what the first message says.
    /// </summary>
    /// <param name="file">Read to its end.</param>
    /// <param name="to">The call's requests; not completed here.</param>
    /// <param name="message">Makes a message of a piece; true for the first.</param>
    /// <param name="progress">Told the bytes sent and the file's length.</param>
    /// <param name="cancellation">Stops sending.</param>
    public static async Task SendAsync<T>(
        FileStream file, IClientStreamWriter<T> to, Func<ByteString, bool, T> message, ProgressReport progress, CancellationToken cancellation)
    {
        var total = (ulong)file.Length;
        var sent = 0UL;
        var buffer = new byte[Limits.ChunkBytes];
        for (var isFirst = true; ; isFirst = false)
        {
            var count = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
            if (count == 0 && !isFirst)
                return;
            await to.WriteAsync(message(ByteString.CopyFrom(buffer, 0, count), isFirst), cancellation);
            sent += (ulong)count;
            progress.Report(sent, total, $"{Words.Bytes(sent)} of {Words.Bytes(total)}");
        }
    }

    /// <summary>
    /// Runs <paramref name="send"/> and completes the requests. When the node has ended the call early, returns quietly: the answer tells
    /// why. When the sender itself fails, hangs up first, so that whoever awaits the answer is not left waiting for ever.
    /// </summary>
    public static async Task CompleteAsync<T>(IClientStreamWriter<T> to, Func<IClientStreamWriter<T>, Task> send, Action hangUp)
    {
        try
        {
            await send(to);
            await to.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // Grpc.Net throws the call's status when it failed, and InvalidOperationException when it ended well before all was read.
        }
        catch (Exception)
        {
            hangUp();
            throw;
        }
    }
}
