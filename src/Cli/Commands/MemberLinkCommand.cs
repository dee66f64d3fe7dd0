using System.CommandLine;
using OuiShare.Federation.Cli.Connection;
using OuiShare.Federation.Cli.Output;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Commands;

/// <summary>Makes a link by which a person becomes a member, or signs in again.</summary>
internal sealed class MemberLinkCommand : Command, IHasExamples
{
    /// <summary>Declares the command.</summary>
    public MemberLinkCommand(CommandRunner runner)
        : base("member-link", "Make a one-time link for a person: to become a member, or with --member to sign in again.")
    {
        var role = new Option<string?>("--role") { Description = "What the new person becomes: member (unless told), connector or admin.", HelpName = "ROLE" };
        role.AcceptOnlyFromAmong("member", "connector", "admin");
        var member = new Option<string?>("--member") { Description = "An existing member who cannot sign in.", HelpName = "MAIL-OR-ID" };
        Options.Add(role);
        Options.Add(member);
        Validators.Add(result =>
        {
            if (result.GetValue(role) is not null && result.GetValue(member) is not null)
                result.AddError("--role is for a new person, --member for one who is a member already: use one of them.");
        });
        SetAction((parsed, cancellation) =>
        {
            var request = new CreateMemberLinkRequest { Role = parsed.GetValue(role) ?? "", Member = parsed.GetValue(member) ?? "" };
            return runner.RunAsync(parsed, (node, output) => RunAsync(node, output, request, cancellation), cancellation);
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples =>
        ["ouishare member-link", "ouishare member-link --role connector", "ouishare member-link --member chiara@example.org"];

    private static async Task<ExitCode> RunAsync(
        NodeSession node, OperatorOutput output, CreateMemberLinkRequest request, CancellationToken cancellation)
    {
        var link = await node.Client.CreateMemberLinkAsync(request, node.Call(cancellation));
        if (output.IsJson)
        {
            output.Json(link);
            return ExitCode.Done;
        }

        output.Note(request.Member.Length > 0
            ? $"Give this link to {(link.MemberName.Length > 0 ? Plain.Line(link.MemberName) : "that member")} and to nobody else: it signs in once."
            : $"Give this link to one person: whoever opens it first becomes {Article(request.Role)}.");
        output.Line(link.Url);
        if (link.ExpiresAt is { } end)
            output.Note($"It can be used until {Words.LocalTime(end, output.Time.LocalTimeZone)}.");
        return ExitCode.Done;
    }

    private static string Article(string role) => role switch
    {
        "admin" => "an admin",
        "connector" => "a connector",
        _ => "a member",
    };
}
