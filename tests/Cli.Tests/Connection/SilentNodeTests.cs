using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using OuiShare.Federation.Cli.Connection;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Tests.Connection;

/// <summary>
/// A node that is frozen (SIGSTOP, a machine that swaps) still takes connections: its system does. It must not be called a program that is no
/// node.
/// </summary>
public sealed class SilentNodeTests
{
    [Fact]
    public async Task A_node_that_takes_the_connection_and_says_nothing_does_not_answer()
    {
        using var frozen = new TcpListener(IPAddress.Loopback, 0);
        frozen.Start();
        var address = AddressOf($"http://127.0.0.1:{((IPEndPoint)frozen.LocalEndpoint).Port}");
        using var session = new NodeSession(address, TimeProvider.System, keepAlive: TimeSpan.FromSeconds(1));

        var failed = await Assert.ThrowsAsync<RpcException>(async () => await session.Client.GetStatusAsync(new GetStatusRequest(), session.Call(default)));
        var failure = CallFailure.From(failed, address, session.Silence);

        Assert.Equal(ExitCode.NotReachable, failure.ExitCode);
        Assert.Contains("does not answer: it takes connections, but has said nothing for", failure.Message);
        Assert.Contains($"Its process {Environment.ProcessId} is there, but busy or stopped", failure.Message);
    }

    [Fact]
    public async Task A_program_that_speaks_another_language_at_once_is_no_node()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var answer = AnswerAsync(other);
        var address = AddressOf($"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}");
        using var session = new NodeSession(address, TimeProvider.System);

        var failed = await Assert.ThrowsAsync<RpcException>(async () => await session.Client.GetStatusAsync(new GetStatusRequest(), session.Call(default)));
        await answer;

        Assert.Contains("it is not an OuiShare node", CallFailure.From(failed, address, session.Silence).Message);
    }

    private static async Task AnswerAsync(TcpListener listener)
    {
        using var connection = await listener.AcceptTcpClientAsync();
        await connection.GetStream().WriteAsync("220 mail.example ESMTP\r\n"u8.ToArray());
        // Until the caller has hung up.
        await connection.GetStream().CopyToAsync(Stream.Null);
    }

    private static NodeAddress AddressOf(string url) =>
        new(new Uri(url), "token", "operator.token", new NodePlace.Folder("data")) { ProcessId = Environment.ProcessId };
}
