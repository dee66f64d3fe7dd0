using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using OuiShare.Federation.Cli.Connection;
using OuiShare.Federation.Cli.Output;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Commands;

/// <summary>Makes an invitation for another chapter's node.</summary>
internal sealed class InviteCommand : Command, IHasExamples
{
    /// <summary>Declares the command.</summary>
    public InviteCommand(CommandRunner runner)
        : base("invite", "Make an invitation for another chapter's node; its admin uses it with \"ouishare join\".")
    {
        var validFor = new Option<Duration?>("--valid-for")
        {
            Description = "How long it may be used, such as 30m, 12h or 7d; from 1 minute to 30 days. Without it: 7 days.",
            HelpName = "TIME",
            CustomParser = result =>
            {
                if (TryParse(result.Tokens[0].Value) is { } span)
                    return Duration.FromTimeSpan(span);
                result.AddError("--valid-for takes a number with m, h or d after it, such as 30m, 12h or 7d.");
                return null;
            },
        };
        var address = new Option<string?>("--address")
        {
            Description = "This node's address as the other will reach it, when it is not the usual one.",
            HelpName = "URL",
        };
        Options.Add(validFor);
        Options.Add(address);
        SetAction((parsed, cancellation) =>
        {
            var request = new CreateInvitationRequest { ValidFor = parsed.GetValue(validFor), Address = parsed.GetValue(address) ?? "" };
            return runner.RunAsync(parsed, (node, output) => RunAsync(node, output, request, cancellation), cancellation);
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples =>
        ["ouishare invite", "ouishare invite --valid-for 12h --address https://paris.example.org", "ouishare invite | ssh rome ouishare join -"];

    private static async Task<ExitCode> RunAsync(
        NodeSession node, OperatorOutput output, CreateInvitationRequest request, CancellationToken cancellation)
    {
        var invitation = await node.Client.CreateInvitationAsync(request, node.Call(cancellation));
        if (output.IsJson)
        {
            output.Json(invitation);
            return ExitCode.Done;
        }

        if (invitation.AddressWarning.Length > 0)
            output.Note(invitation.AddressWarning);
        output.Note("Give this to the other chapter's admin, privately: whoever has it may join.");
        output.Line(invitation.Invitation);
        if (invitation.ExpiresAt is { } end)
            output.Note($"It can be used until {Words.LocalTime(end, output.Time.LocalTimeZone)}. There: ouishare join INVITATION");
        return ExitCode.Done;
    }

    /// <summary>30m, 12h, 7d; null when it is none of these. The node checks the range.</summary>
    private static TimeSpan? TryParse(string text)
    {
        if (text.Length < 2 || !ushort.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        return text[^1] switch
        {
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            _ => null,
        };
    }
}
