using System.CommandLine;
using OuiShare.Federation.Cli.Connection;
using OuiShare.Federation.Cli.Output;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Commands;

/// <summary>Every link that was made for a person and that nobody took yet; ends one.</summary>
internal sealed class MemberLinksCommand : Command, IHasExamples
{
    /// <summary>Declares the command.</summary>
    public MemberLinksCommand(CommandRunner runner)
        : base("member-links", "Show every open link for a person, and who made it; with --revoke end one.")
    {
        var revoke = new Option<string?>("--revoke") { Description = "End this link: it stops working at once.", HelpName = "ID" };
        Options.Add(revoke);
        SetAction((parsed, cancellation) => runner.RunAsync(
            parsed,
            (node, output) => parsed.GetValue(revoke) is { } id ? RevokeAsync(node, output, id, cancellation) : ListAsync(node, output, cancellation),
            cancellation));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples => ["ouishare member-links", "ouishare member-links --revoke 3f9a2c51d07b4e86"];

    private static async Task<ExitCode> ListAsync(NodeSession node, OperatorOutput output, CancellationToken cancellation)
    {
        var answer = await node.Client.ListMemberLinksAsync(new ListMemberLinksRequest(), node.Call(cancellation));
        if (output.IsJson)
        {
            output.Json(answer);
            return ExitCode.Done;
        }

        if (answer.Links.Count == 0)
        {
            output.Paragraph("No link is open.");
            return ExitCode.Done;
        }

        var table = Tables.Create(output.IsTerminal, "Link", "For", "Made by", "Made", "Until");
        foreach (var link in answer.Links)
        {
            table.AddCells(
                link.Id, For(link), link.MakerName.Length > 0 ? link.MakerName : "the operator", Words.Ago(link.MadeAt, output.Now),
                Words.LocalTime(link.ExpiresAt, output.Time.LocalTimeZone));
        }

        output.Write(table);
        return ExitCode.Done;
    }

    private static async Task<ExitCode> RevokeAsync(NodeSession node, OperatorOutput output, string id, CancellationToken cancellation)
    {
        var answer = await node.Client.RevokeMemberLinkAsync(new RevokeMemberLinkRequest { Id = id }, node.Call(cancellation));
        if (output.IsJson)
            output.Json(answer);
        else
            output.Paragraph("The link no longer works.");
        return ExitCode.Done;
    }

    private static string For(ListedMemberLink link) => link switch
    {
        { MemberName.Length: > 0 } => $"signs in {link.MemberName}",
        { Mail.Length: > 0 } => $"a new {link.Role}, {link.Mail}",
        _ => $"a new {link.Role}",
    };
}
