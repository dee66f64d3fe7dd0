using System.CommandLine;
using OuiShare.Federation.Cli.Connection;
using OuiShare.Federation.Cli.Output;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Commands;

/// <summary>Sets by hand where a peer is called first.</summary>
internal sealed class SetAddressCommand : Command, IHasExamples
{
    /// <summary>Declares the command.</summary>
    public SetAddressCommand(CommandRunner runner)
        : base("set-address", "Set where a peer is called first, when it moved and neither of the two finds the other. Without an address: none is set any more.")
    {
        var peer = new Argument<string>("PEER") { Description = "The peer's chapter name, or its key or the first 8 digits of it." };
        var address = new Argument<string>("ADDRESS") { Description = "Such as https://rome.example.org.", Arity = ArgumentArity.ZeroOrOne };
        Arguments.Add(peer);
        Arguments.Add(address);
        SetAction((parsed, cancellation) =>
        {
            var request = new ChangePeerRequest { Peer = parsed.GetRequiredValue(peer), Change = PeerChange.SetAddress, Address = parsed.GetValue(address) ?? "" };
            return runner.RunAsync(parsed, (node, output) => RunAsync(node, output, request, cancellation), cancellation);
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples => ["ouishare peers set-address \"OuiShare Rome\" https://rome.example.org", "ouishare peers set-address 9f86d081"];

    private static async Task<ExitCode> RunAsync(NodeSession node, OperatorOutput output, ChangePeerRequest request, CancellationToken cancellation)
    {
        var answer = await node.Client.ChangePeerAsync(request, node.Call(cancellation));
        var name = answer.Peer is { } peer ? Words.Name(peer) : request.Peer;
        if (output.IsJson)
            output.Json(answer);
        else
            output.Paragraph(request.Address.Length > 0 ? $"{name} is called at {request.Address} first." : $"{name} is called where it told itself.");
        return ExitCode.Done;
    }
}
