using System.CommandLine;
using OuiShare.Federation.Cli.Connection;
using OuiShare.Federation.Cli.Output;
using OuiShare.Federation.V1;
using Spectre.Console.Rendering;

namespace OuiShare.Federation.Cli.Commands;

/// <summary>Shows the peers; its subcommands change one.</summary>
internal sealed class PeersCommand : Command, IHasExamples
{
    /// <summary>Declares the command.</summary>
    public PeersCommand(CommandRunner runner)
        : base("peers", "Show the peers: what each is doing, how far we are behind it, what went wrong and what to do.")
    {
        var watch = new Option<bool>("--watch") { Description = "Stay and refresh every 2 seconds until Ctrl-C. With --json: one line of JSON each time." };
        var details = new Option<bool>("--details") { Description = "Show all that is known of each peer: key, address, clock, software, next try." };
        Options.Add(watch);
        Options.Add(details);
        SetAction((parsed, cancellation) =>
        {
            var hasDetails = parsed.GetValue(details);
            return runner.RunAsync(
                parsed,
                (node, output) => parsed.GetValue(watch)
                    ? WatchAsync(node, output, hasDetails, cancellation)
                    : ShowAsync(node, output, hasDetails, cancellation),
                cancellation);
        });

        Subcommands.Add(new PeerChangeCommand(runner, "pause", "Hang up, and neither call nor answer until resumed.", PeerChange.Pause));
        Subcommands.Add(new PeerChangeCommand(runner, "resume", "End a pause or a block.", PeerChange.Resume));
        Subcommands.Add(new PeerChangeCommand(runner, "block", "Hang up, refuse it, and hide its chapter; the same as \"ouishare block\".", PeerChange.Block));
        Subcommands.Add(new PeerChangeCommand(runner, "remove", "Forget it as a peer; what it brought stays.", PeerChange.Remove));
        Subcommands.Add(new PeerChangeCommand(runner, "call", "Call it now instead of waiting for the next try.", PeerChange.CallNow));
        Subcommands.Add(new SetAddressCommand(runner));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples =>
    [
        "ouishare peers",
        "ouishare peers --watch",
        "ouishare peers call \"OuiShare Rome\"",
        "ouishare peers --json | jq '.peers[] | select(.behind_entries > 0) | .chapter_name'",
    ];

    private static async Task<ExitCode> ShowAsync(NodeSession node, OperatorOutput output, bool hasDetails, CancellationToken cancellation)
    {
        var peers = await node.ListAllPeersAsync(cancellation);
        if (output.IsJson)
            WriteJson(peers, output, isIndented: true);
        else
            output.Write(View(peers, output, hasDetails));
        return ExitCode.Done;
    }

    private static async Task<ExitCode> WatchAsync(NodeSession node, OperatorOutput output, bool hasDetails, CancellationToken cancellation)
    {
        if (output.IsJson)
        {
            await LoopAsync(peers => WriteJson(peers, output, isIndented: false));
        }
        else if (output.IsTerminal)
        {
            await output.RedrawAsync(redraw => LoopAsync(peers => redraw(View(peers, output, hasDetails))));
        }
        else
        {
            await LoopAsync(peers =>
            {
                output.Write(View(peers, output, hasDetails));
                output.Gap();
            });
        }

        return ExitCode.Done;

        async Task LoopAsync(Action<List<Peer>> show)
        {
            while (true)
            {
                show(await node.ListAllPeersAsync(cancellation));
                await Task.Delay(Limits.WatchPoll, output.Time, cancellation);
            }
        }
    }

    private static IRenderable View(List<Peer> peers, OperatorOutput output, bool hasDetails) => hasDetails && peers.Count > 0
        ? PeerTable.CreateDetails(peers, output.Now)
        : PeerTable.Create(peers, output.IsTerminal, output.Now);

    private static void WriteJson(List<Peer> peers, OperatorOutput output, bool isIndented) =>
        output.Json(
            json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("peers");
                foreach (var peer in peers)
                    MessageJson.Write(json, peer);
                json.WriteEndArray();
                json.WriteEndObject();
            },
            isIndented);
}
