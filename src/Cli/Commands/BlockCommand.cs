using System.CommandLine;
using OuiShare.Federation.Cli.Connection;
using OuiShare.Federation.Cli.Output;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Commands;

/// <summary>Blocks a chapter, peer or not, or ends its block; without a chapter it lists those that are blocked.</summary>
internal sealed class BlockCommand : Command, IHasExamples
{
    private readonly bool _ends;

    /// <summary>Declares the command.</summary>
    /// <param name="runner">Runs it.</param>
    /// <param name="ends">It ends a block.</param>
    public BlockCommand(CommandRunner runner, bool ends)
        : base(
            ends ? "unblock" : "block",
            ends
                ? "End the block of a chapter: what was held is shown again at once, and what came since is fetched."
                : "Hide a chapter, its events and its feeds, and refuse what it publishes from every peer. Without a name: show which are blocked.")
    {
        _ends = ends;
        var chapter = new Argument<string>("CHAPTER")
        {
            Description = "The chapter's name, or its key or the first 8 digits of it.",
            Arity = ends ? ArgumentArity.ExactlyOne : ArgumentArity.ZeroOrOne,
        };
        Arguments.Add(chapter);
        SetAction((parsed, cancellation) =>
        {
            var named = parsed.GetValue(chapter);
            return runner.RunAsync(
                parsed, (node, output) => named is null ? ListAsync(node, output, cancellation) : RunAsync(node, output, named, cancellation), cancellation);
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples => _ends
        ? ["ouishare unblock \"OuiShare Rome\"", "ouishare unblock 9f86d081"]
        : ["ouishare block \"OuiShare Rome\"", "ouishare block 9f86d081", "ouishare block"];

    private async Task<ExitCode> RunAsync(NodeSession node, OperatorOutput output, string chapter, CancellationToken cancellation)
    {
        var answer = await node.Client.BlockChapterAsync(new BlockChapterRequest { Chapter = chapter, Unblock = _ends }, node.Call(cancellation));
        var name = Plain.Line(answer.ChapterName);
        if (output.IsJson)
            output.Json(answer);
        else
            output.Paragraph(_ends
                ? $"{name} is shown again."
                : $"{name} is blocked: nothing of it is shown or taken any more. \"ouishare unblock {Plain.Short(answer.Origin)}\" ends this.");
        return ExitCode.Done;
    }

    private static async Task<ExitCode> ListAsync(NodeSession node, OperatorOutput output, CancellationToken cancellation)
    {
        var answer = await node.Client.ListBlockedChaptersAsync(new ListBlockedChaptersRequest(), node.Call(cancellation));
        if (output.IsJson)
        {
            output.Json(answer);
            return ExitCode.Done;
        }

        if (answer.Chapters.Count == 0)
            output.Paragraph("No chapter is blocked.");
        foreach (var chapter in answer.Chapters)
            output.Bullet($"{Plain.Line(chapter.ChapterName)} ({Plain.Short(chapter.Origin)}), blocked {Words.Ago(chapter.BlockedAt, output.Now)}");
        return ExitCode.Done;
    }
}
