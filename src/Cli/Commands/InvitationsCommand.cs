using System.CommandLine;
using OuiShare.Federation.Cli.Connection;
using OuiShare.Federation.Cli.Output;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Commands;

/// <summary>Every invitation for another chapter's node that nobody used yet; ends one.</summary>
internal sealed class InvitationsCommand : Command, IHasExamples
{
    /// <summary>Declares the command.</summary>
    public InvitationsCommand(CommandRunner runner)
        : base("invitations", "Show every invitation for another chapter's node that nobody used yet, and who made it; with --revoke end one.")
    {
        var revoke = new Option<string?>("--revoke") { Description = "End this invitation: it lets no node in any more.", HelpName = "ID" };
        Options.Add(revoke);
        SetAction((parsed, cancellation) => runner.RunAsync(
            parsed,
            (node, output) => parsed.GetValue(revoke) is { } id ? RevokeAsync(node, output, id, cancellation) : ListAsync(node, output, cancellation),
            cancellation));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples => ["ouishare invitations", "ouishare invitations --revoke 0f3c5a7d9b1e2468ace013579bdf2468"];

    private static async Task<ExitCode> ListAsync(NodeSession node, OperatorOutput output, CancellationToken cancellation)
    {
        var answer = await node.Client.ListInvitationsAsync(new ListInvitationsRequest(), node.Call(cancellation));
        if (output.IsJson)
        {
            output.Json(answer);
            return ExitCode.Done;
        }

        if (answer.Invitations.Count == 0)
        {
            output.Paragraph("No invitation is pending.");
            return ExitCode.Done;
        }

        var table = Tables.Create(output.IsTerminal, "Invitation", "Made by", "Made", "Until");
        foreach (var invitation in answer.Invitations)
        {
            table.AddCells(
                invitation.Id, invitation.MakerName.Length > 0 ? invitation.MakerName : "the operator", Words.Ago(invitation.MadeAt, output.Now),
                Words.LocalTime(invitation.ExpiresAt, output.Time.LocalTimeZone));
        }

        output.Write(table);
        return ExitCode.Done;
    }

    private static async Task<ExitCode> RevokeAsync(NodeSession node, OperatorOutput output, string id, CancellationToken cancellation)
    {
        var answer = await node.Client.RevokeInvitationAsync(new RevokeInvitationRequest { Id = id }, node.Call(cancellation));
        if (output.IsJson)
            output.Json(answer);
        else
            output.Paragraph("The invitation no longer works.");
        return ExitCode.Done;
    }
}
