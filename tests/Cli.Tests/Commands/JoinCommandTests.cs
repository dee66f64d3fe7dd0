using Google.Rpc;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Tests.Commands;

/// <summary><c>ouishare join</c>.</summary>
public sealed class JoinCommandTests
{
    [Fact]
    public async Task Stays_until_nothing_lacks()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Join = _ => new JoinPeerResponse { Peer = Samples.Rome(PeerState.Connecting) };
        var looks = new Queue<Peer>(
        [
            Samples.Rome(PeerState.Connecting),
            Samples.Rome(PeerState.Syncing, behind: 400),
            Samples.Rome(PeerState.Syncing, behind: 100, received: 300),
            Samples.Rome(PeerState.UpToDate, received: 400),
        ]);
        node.Operator.Peers = _ => new ListPeersResponse { Peers = { looks.Dequeue() } };

        var run = await Run.ScriptAsync(node, "join", "ouishare:abc");

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Empty(looks);
        Assert.Equal("Done: nothing lacks. 400 entries came from OuiShare Rome.\n", run.Out);
    }

    [Fact]
    public async Task Draws_a_bar_on_a_terminal_and_nothing_of_it_on_standard_output()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Join = _ => new JoinPeerResponse { Peer = Samples.Rome(PeerState.Syncing, behind: 400) };
        node.Operator.Peers = _ => new ListPeersResponse { Peers = { Samples.Rome(PeerState.UpToDate, received: 400) } };

        var run = await Run.PersonAsync(node, "", "join", "ouishare:abc");

        Assert.Contains("First sync with OuiShare Rome", run.Error);
        Assert.Equal("Done: nothing lacks. 400 entries came from OuiShare Rome.\n", run.Out);
    }

    [Fact]
    public async Task Nothing_lacks_is_not_believed_before_the_first_contact()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Join = _ => new JoinPeerResponse { Peer = Samples.Rome(PeerState.Connecting) };
        node.Operator.Peers = _ => new ListPeersResponse
        {
            Peers = { new Peer(Samples.Rome(PeerState.Unreachable)) { LastError = "The connection was refused.", Advice = "Ask Rome's admin." } },
        };

        var run = await Run.ScriptAsync(node, "join", "ouishare:abc", "--json");

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Equal("SYNC_STALLED", run.Json.GetProperty("error").GetProperty("reason").GetString());
        Assert.EndsWith("The connection was refused. Ask Rome's admin.", run.Json.GetProperty("error").GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_peer_that_refuses_us_ends_the_wait_with_what_to_do()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Join = _ => new JoinPeerResponse { Peer = Samples.Rome(PeerState.Connecting) };
        node.Operator.Peers = _ => new ListPeersResponse { Peers = { new Peer(Samples.Rome(PeerState.Refused)) { Advice = "Ask for a new invitation." } } };

        var run = await Run.ScriptAsync(node, "join", "ouishare:abc");

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Contains("refuses us. Ask for a new invitation.", run.Error);
    }

    [Fact]
    public async Task Without_waiting_asks_nothing_further()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Join = _ => new JoinPeerResponse { Peer = Samples.Rome(PeerState.Connecting) };

        var run = await Run.ScriptAsync(node, "join", "--no-wait", "ouishare:abc");

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.IsType<JoinPeerRequest>(node.Operator.Requests.Single());
    }

    [Fact]
    public async Task An_invitation_broken_into_lines_by_a_mail_program_is_mended()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Join = _ => new JoinPeerResponse { Peer = Samples.Rome(PeerState.Connecting) };

        await Run.ScriptAsync(node, "join", "--no-wait", " ouishare:abc\r\n def ");

        Assert.Equal("ouishare:abcdef", ((JoinPeerRequest)node.Operator.Requests.Single()).Invitation);
    }

    [Fact]
    public async Task A_dash_reads_the_invitation_from_standard_input()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Join = _ => new JoinPeerResponse { Peer = Samples.Rome(PeerState.Connecting) };

        await Run.InAsync(Run.Script() with { In = new StringReader("ouishare:abc\n") }, default, "--data", node.Folder, "join", "-", "--no-wait");

        Assert.Equal("ouishare:abc", ((JoinPeerRequest)node.Operator.Requests.Single()).Invitation);
    }

    [Fact]
    public async Task A_refused_invitation_gives_the_sentence_and_the_reason()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Join = _ => throw ScriptedOperator.Refusal(
            Code.FailedPrecondition, "INVITATION_REFUSED", "This invitation ended yesterday. Ask for a new one.");

        var run = await Run.ScriptAsync(node, "join", "ouishare:abc", "--json");

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Equal("INVITATION_REFUSED", run.Json.GetProperty("error").GetProperty("reason").GetString());
        Assert.Equal("This invitation ended yesterday. Ask for a new one.", run.Json.GetProperty("error").GetProperty("message").GetString());
        Assert.Empty(run.Error);
    }
}
