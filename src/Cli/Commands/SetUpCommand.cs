using System.CommandLine;
using OuiShare.Federation.Cli.Connection;
using OuiShare.Federation.Cli.Output;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Commands;

/// <summary>Sets the node up without a browser.</summary>
internal sealed class SetUpCommand : Command, IHasExamples
{
    /// <summary>Declares the command.</summary>
    public SetUpCommand(CommandRunner runner)
        : base("setup", "Set the node up without a browser: name the chapter and make its first admin.")
    {
        var chapter = new Option<string>("--chapter") { Description = "The chapter's name.", HelpName = "NAME", Required = true };
        var place = new Option<string>("--place") { Description = "Its city, such as \"Rome\" or \"Rome, IT\".", HelpName = "CITY", Required = true };
        var languages = new Option<string>("--languages")
        {
            Description = "Its languages, the main one first, such as it,en.",
            HelpName = "TAGS",
            Required = true,
        };
        var admin = new Option<string>("--admin") { Description = "The first admin's name.", HelpName = "NAME", Required = true };
        var address = new Option<string?>("--address") { Description = "Where other nodes can call this one, if they can.", HelpName = "URL" };
        Options.Add(chapter);
        Options.Add(place);
        Options.Add(languages);
        Options.Add(admin);
        Options.Add(address);
        SetAction((parsed, cancellation) =>
        {
            var request = new SetUpRequest
            {
                ChapterName = parsed.GetRequiredValue(chapter),
                Place = parsed.GetRequiredValue(place),
                Languages = { parsed.GetRequiredValue(languages).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) },
                AdminName = parsed.GetRequiredValue(admin),
                Address = parsed.GetValue(address) ?? "",
            };
            return runner.RunAsync(parsed, (node, output) => RunAsync(node, output, request, cancellation), cancellation);
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples =>
        ["ouishare setup --chapter \"OuiShare Rome\" --place \"Rome, IT\" --languages it,en --admin \"Chiara\" --address https://rome.example.org"];

    private static async Task<ExitCode> RunAsync(NodeSession node, OperatorOutput output, SetUpRequest request, CancellationToken cancellation)
    {
        var answer = await node.Client.SetUpAsync(request, node.Call(cancellation));
        if (output.IsJson)
        {
            output.Json(answer);
            return ExitCode.Done;
        }

        output.Note($"{request.ChapterName} is set up. This link signs {request.AdminName} in, once:");
        output.Line(answer.SignInUrl);
        return ExitCode.Done;
    }
}
