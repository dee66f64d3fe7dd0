using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;
using Status = Google.Rpc.Status;

namespace OuiShare.Federation.Node.Operator;

/// <summary>Failed calls as clients see them: a status, a sentence, and a stable reason (error.proto).</summary>
internal static class RpcErrors
{
    /// <summary>Domain of all our reasons.</summary>
    private const string Domain = "federation.ouishare";

    /// <summary>A failed call.</summary>
    /// <param name="code">gRPC status.</param>
    /// <param name="reason">Stable reason.</param>
    /// <param name="sentence">What is wrong and what to do.</param>
    /// <param name="violations">Fields that break rules.</param>
    public static RpcException Make(StatusCode code, ErrorReason reason, string sentence, IEnumerable<RuleViolation>? violations = null)
    {
        var status = new Status { Code = (int)code, Message = sentence };
        status.Details.Add(Any.Pack(new ErrorInfo { Domain = Domain, Reason = NameOf(reason) }));
        if (violations is not null)
        {
            var request = new BadRequest();
            foreach (var violation in violations)
                request.FieldViolations.Add(new BadRequest.Types.FieldViolation { Field = violation.Field, Description = violation.Sentence, Reason = violation.Reason });
            status.Details.Add(Any.Pack(request));
        }

        return status.ToRpcException();
    }

    /// <summary>The call's arguments break rules.</summary>
    public static RpcException Invalid(IReadOnlyList<RuleViolation> violations) =>
        Make(StatusCode.InvalidArgument, ErrorReason.InvalidArgument, string.Join(" ", violations.Select(violation => violation.Sentence)), violations);

    /// <summary>One argument is wrong.</summary>
    public static RpcException Invalid(string field, string sentence) => Invalid([new RuleViolation(field, "INVALID", sentence)]);

    /// <summary>There is no such thing.</summary>
    public static RpcException NotFound(string sentence) => Make(StatusCode.NotFound, ErrorReason.NotFound, sentence);

    // STALE_EVENT, as error.proto writes it without its prefix.
    private static string NameOf(ErrorReason reason) =>
        string.Concat(reason.ToString().Select((letter, i) => i > 0 && char.IsUpper(letter) ? "_" + letter : char.ToUpperInvariant(letter).ToString()));
}
