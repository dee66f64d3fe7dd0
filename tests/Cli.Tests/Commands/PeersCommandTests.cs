using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Tests.Commands;

/// <summary><c>ouishare peers</c> and its subcommands.</summary>
public sealed class PeersCommandTests
{
    private static readonly Peer Unreachable = new(Samples.Rome(PeerState.Unreachable, behind: 1_204))
    {
        LastContact = Samples.At(-TimeSpan.FromMinutes(5)),
        StateSince = Samples.At(-TimeSpan.FromMinutes(4)),
        BehindFor = Duration.FromTimeSpan(TimeSpan.FromMinutes(3)),
        LastError = "The connection was refused.",
        LastErrorAt = Samples.At(-TimeSpan.FromSeconds(30)),
        NextCallAt = Samples.At(TimeSpan.FromSeconds(20)),
        Advice = "Ask Rome's admin whether the node is running.",
    };

    [Fact]
    public async Task Tells_state_last_contact_and_lag_in_entries_and_in_time_in_words()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Peers = _ => new ListPeersResponse { Peers = { Unreachable } };

        var run = await Run.PersonAsync(node, "", "peers");

        var line = run.Out.Split('\n').First(line => line.Contains("OuiShare Rome"));
        Assert.Contains("cannot be reached", line);
        Assert.Contains("5 min ago", line);
        Assert.Contains("1,204 entries for 3 min", line);
    }

    [Fact]
    public async Task Tells_the_last_error_with_its_time_and_what_to_do()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Peers = _ => new ListPeersResponse { Peers = { Unreachable } };

        var run = await Run.ScriptAsync(node, "peers");

        Assert.Contains("The connection was refused. (30 s ago; cannot be reached for 4 min)", run.Out);
        Assert.Contains("Ask Rome's admin whether the node is running.", run.Out);
        Assert.DoesNotContain('\u001b', run.RawOut);
    }

    [Fact]
    public async Task Every_state_has_words()
    {
        await using var node = await ScriptedNode.StartAsync();
        var states = System.Enum.GetValues<PeerState>().Where(state => state != PeerState.Unspecified).ToList();
        node.Operator.Peers = _ => new ListPeersResponse { Peers = { states.Select(state => Samples.Rome(state)) } };

        var run = await Run.ScriptAsync(node, "peers");

        Assert.DoesNotContain("unknown (", run.Out);
    }

    [Fact]
    public async Task Reads_all_pages()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Peers = request => request.PageToken.Length == 0
            ? new ListPeersResponse { Peers = { Samples.Rome(PeerState.UpToDate) }, NextPageToken = "2" }
            : new ListPeersResponse { Peers = { Samples.Rome(PeerState.Paused) } };

        var run = await Run.ScriptAsync(node, "peers", "--json");

        Assert.Equal(["up_to_date", "paused"], run.Json.GetProperty("peers").EnumerateArray().Select(peer => peer.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task Json_tells_durations_in_seconds_and_what_is_unknown_as_null()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Peers = _ => new ListPeersResponse { Peers = { Unreachable } };

        var run = await Run.ScriptAsync(node, "peers", "--json");

        var peer = run.Json.GetProperty("peers")[0];
        Assert.Equal(180, peer.GetProperty("behind_for").GetDecimal());
        Assert.Equal(JsonValueKind.Null, peer.GetProperty("clock_skew").ValueKind);
        Assert.False(peer.GetProperty("is_equal").GetBoolean());
    }

    [Fact]
    public async Task A_name_from_a_peer_cannot_command_the_terminal()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Peers = _ => new ListPeersResponse
        {
            Peers = { new Peer(Samples.Rome(PeerState.UpToDate)) { ChapterName = "Ro\u001b]0;owned\u0007m\u202ee [red]x[/]\n" } },
        };

        var run = await Run.PersonAsync(node, "", "peers");

        Assert.DoesNotContain("\u001b]", run.RawOut, StringComparison.Ordinal);
        Assert.DoesNotContain('\u0007', run.RawOut);
        Assert.DoesNotContain('\u202e', run.RawOut);
        Assert.Contains("[red]x[/]", run.Out);
    }

    [Fact]
    public async Task Watching_shows_the_peers_again_until_stopped()
    {
        await using var node = await ScriptedNode.StartAsync();
        using var stop = new CancellationTokenSource();
        var looks = 0;
        node.Operator.Peers = _ =>
        {
            if (++looks == 4)
                stop.Cancel();
            return new ListPeersResponse { Peers = { Samples.Rome(PeerState.Syncing, behind: (ulong)(100 - looks)) } };
        };

        var run = await Run.InAsync(Run.Script(), stop.Token, "--data", node.Folder, "peers", "--watch", "--json");

        Assert.Equal(ExitCode.Cancelled, run.ExitCode);
        var lines = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            [99, 98, 97],
            lines.Take(3).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("peers")[0].GetProperty("behind_entries").GetInt32()));
    }

    [Fact]
    public async Task Watching_on_a_terminal_redraws()
    {
        await using var node = await ScriptedNode.StartAsync();
        using var stop = new CancellationTokenSource();
        var looks = 0;
        node.Operator.Peers = _ =>
        {
            if (++looks == 3)
                stop.Cancel();
            return new ListPeersResponse { Peers = { Samples.Rome(PeerState.Syncing, behind: (ulong)(100 - looks)) } };
        };

        var run = await Run.InAsync(Run.Person(""), stop.Token, "--data", node.Folder, "peers", "--watch");

        Assert.Equal(ExitCode.Cancelled, run.ExitCode);
        Assert.Contains("99 entries", run.Out);
        Assert.Contains("98 entries", run.Out);
    }

    [Theory]
    [InlineData("pause", PeerChange.Pause)]
    [InlineData("resume", PeerChange.Resume)]
    [InlineData("block", PeerChange.Block)]
    [InlineData("remove", PeerChange.Remove)]
    [InlineData("call", PeerChange.CallNow)]
    public async Task A_change_names_the_peer_and_what_to_do(string word, PeerChange change)
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Change = request => new ChangePeerResponse { Peer = change == PeerChange.Remove ? null : Samples.Rome(PeerState.Paused) };

        var run = await Run.ScriptAsync(node, "peers", word, "OuiShare Rome");

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal(new ChangePeerRequest { Peer = "OuiShare Rome", Change = change }, node.Operator.Requests.Single());
        Assert.StartsWith("OuiShare Rome is ", run.Out);
    }

    [Fact]
    public async Task An_unknown_peer_is_told_in_the_words_of_the_node()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Change = _ => throw ScriptedOperator.Refusal(Code.NotFound, "NOT_FOUND", "No peer is called Rom. Did you mean OuiShare Rome?");

        var run = await Run.ScriptAsync(node, "peers", "pause", "Rom");

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Equal("No peer is called Rom. Did you mean OuiShare Rome?\n", run.Error);
        Assert.Empty(run.Out);
    }
}
