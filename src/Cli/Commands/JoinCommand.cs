using System.CommandLine;
using OuiShare.Federation.Cli.Connection;
using OuiShare.Federation.Cli.Output;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Commands;

/// <summary>Accepts an invitation and, unless told otherwise, stays until the first sync is done.</summary>
internal sealed class JoinCommand : Command, IHasExamples
{
    /// <summary>Declares the command.</summary>
    public JoinCommand(CommandRunner runner)
        : base("join", "Accept another chapter's invitation, and show the first sync until nothing lacks.")
    {
        var invitation = new Argument<string>("INVITATION")
        {
            Description = "The text the other admin gave (\"ouishare:...\"), or - to read it from standard input.",
        };
        var noWait = new Option<bool>("--no-wait") { Description = "Return as soon as the two nodes are peers; the sync goes on in the node." };
        var wait = new Option<bool>("--wait") { Description = "Stay until nothing lacks. This is the default." };
        Arguments.Add(invitation);
        Options.Add(wait);
        Options.Add(noWait);
        Validators.Add(result =>
        {
            if (result.GetValue(wait) && result.GetValue(noWait))
                result.AddError("Use either --wait or --no-wait.");
        });
        SetAction((parsed, cancellation) => runner.RunAsync(
            parsed, (node, output) => RunAsync(node, output, parsed.GetRequiredValue(invitation), !parsed.GetValue(noWait), cancellation), cancellation));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples => ["ouishare join ouishare:...", "ouishare join --no-wait ouishare:...", "ouishare join - < invitation.txt"];

    private static async Task<ExitCode> RunAsync(
        NodeSession node, OperatorOutput output, string invitation, bool isWaiting, CancellationToken cancellation)
    {
        if (invitation == "-")
            invitation = await output.ReadLineAsync(cancellation);
        // Mail programs and chats break long lines; the invitation itself has no white space.
        var text = string.Concat(invitation.Where(c => !char.IsWhiteSpace(c)));
        var answer = await node.Client.JoinPeerAsync(new JoinPeerRequest { Invitation = text }, node.Call(cancellation));

        if (!isWaiting)
        {
            if (output.IsJson)
                output.Json(answer);
            else
                output.Paragraph($"{Words.Name(answer.Peer)} is a peer now; the sync goes on in the node. See \"ouishare peers\".");
            return ExitCode.Done;
        }

        var name = Words.Name(answer.Peer);
        output.Note($"{name} is a peer now. The first sync goes on in the node even if you stop this with Ctrl-C.");
        var end = await output.WithProgressAsync(
            $"First sync with {name}", progress => WatchAsync(node, output, answer.Peer, progress, cancellation));
        return Tell(end, output);
    }

    private static async Task<SyncStep> WatchAsync(
        NodeSession node, OperatorOutput output, Peer joined, ProgressReport progress, CancellationToken cancellation)
    {
        var sync = new FirstSync(output.Now);
        for (var peer = joined; ; peer = await FindAsync(node, joined.Origin, cancellation))
        {
            var step = sync.Observe(peer, output.Now);
            if (step is not SyncStep.GoesOn(_, var held, var total))
                return step;
            progress.Report(held, total, total == 0 ? Words.State(peer!.State) : $"{Words.Number(held)} of {Words.Count(total, "entry", "entries")}");
            await Task.Delay(Limits.SyncPoll, output.Time, cancellation);
        }
    }

    private static async Task<Peer?> FindAsync(NodeSession node, string origin, CancellationToken cancellation) =>
        (await node.ListAllPeersAsync(cancellation)).Find(peer => peer.Origin == origin);

    private static ExitCode Tell(SyncStep end, OperatorOutput output)
    {
        if (end is SyncStep.Done(var peer))
        {
            if (output.IsJson)
                output.Json(new JoinPeerResponse { Peer = peer });
            else
                output.Paragraph($"Done: nothing lacks. {Words.Count(peer.ReceivedEntries, "entry", "entries")} came from {Words.Name(peer)}.");
            return ExitCode.Done;
        }

        return output.Fail(end switch
        {
            SyncStep.Stopped(var why) => new Failure(ExitCode.Failed, "SYNC_STOPPED", why),
            SyncStep.Stalled(var why) => new Failure(ExitCode.Failed, "SYNC_STALLED", why),
            _ => throw new System.Diagnostics.UnreachableException(),
        });
    }
}
