using System.CommandLine;
using OuiShare.Federation.Cli.Connection;
using OuiShare.Federation.Cli.Output;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Commands;

/// <summary>Pauses, resumes, blocks, removes or calls one peer.</summary>
internal sealed class PeerChangeCommand : Command, IHasExamples
{
    /// <summary>Declares the command.</summary>
    public PeerChangeCommand(CommandRunner runner, string name, string description, PeerChange change)
        : base(name, description)
    {
        var peer = new Argument<string>("PEER") { Description = "The peer's chapter name, or its key or the first 8 digits of it." };
        Arguments.Add(peer);
        SetAction((parsed, cancellation) =>
        {
            var request = new ChangePeerRequest { Peer = parsed.GetRequiredValue(peer), Change = change };
            return runner.RunAsync(parsed, (node, output) => RunAsync(node, output, request, cancellation), cancellation);
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples => [$"ouishare peers {Name} \"OuiShare Rome\"", $"ouishare peers {Name} 9f86d081"];

    private static async Task<ExitCode> RunAsync(NodeSession node, OperatorOutput output, ChangePeerRequest request, CancellationToken cancellation)
    {
        var answer = await node.Client.ChangePeerAsync(request, node.Call(cancellation));
        if (output.IsJson)
            output.Json(answer);
        else
            output.Paragraph(Sentence(request, answer.Peer));
        return ExitCode.Done;
    }

    private static string Sentence(ChangePeerRequest request, Peer? peer)
    {
        var name = peer is null ? request.Peer : Words.Name(peer);
        return request.Change switch
        {
            PeerChange.Pause => $"{name} is paused until \"ouishare peers resume\".",
            PeerChange.Resume => $"{name} is a peer again.",
            PeerChange.Block => $"{name} is blocked, and its chapter hidden.",
            PeerChange.Remove => $"{name} is no longer a peer. What it brought stays; to come back it needs a new invitation.",
            PeerChange.CallNow => $"{name} is being called. See \"ouishare peers\".",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
