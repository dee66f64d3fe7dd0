using System.CommandLine;
using OuiShare.Federation.Cli.Connection;
using OuiShare.Federation.Cli.Output;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Commands;

/// <summary>Makes the one-time set-up link again.</summary>
internal sealed class SetUpLinkCommand : Command, IHasExamples
{
    /// <summary>Declares the command.</summary>
    public SetUpLinkCommand(CommandRunner runner)
        : base("setup-link", "Make the one-time link to the set-up page again; the one before stops working.")
    {
        SetAction((parsed, cancellation) => runner.RunAsync(parsed, (node, output) => RunAsync(node, output, cancellation), cancellation));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples => ["ouishare setup-link"];

    private static async Task<ExitCode> RunAsync(NodeSession node, OperatorOutput output, CancellationToken cancellation)
    {
        var link = await node.Client.CreateSetUpLinkAsync(new CreateSetUpLinkRequest(), node.Call(cancellation));
        if (output.IsJson)
        {
            output.Json(link);
            return ExitCode.Done;
        }

        output.Note("Open this link in a browser. It works once: whoever opens it first becomes the chapter's admin.");
        output.Line(link.Url);
        return ExitCode.Done;
    }
}
