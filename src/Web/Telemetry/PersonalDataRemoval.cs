using System.Diagnostics;
using OpenTelemetry;

namespace OuiShare.Federation.Web.Telemetry;

/// <summary>Takes out of every span what may be personal or secret, before any exporter sees it.</summary>
/// <remarks>
/// Search words stand in the query; the secrets of calendar feeds and one-time links stand in the path. So a span keeps the
/// route ("/calendars/{secret}.ics") and never the address that was asked for. A request without a route keeps neither:
/// a mistyped secret is nearly one.
/// </remarks>
internal sealed class PersonalDataRemoval : BaseProcessor<Activity>
{
    private const string RouteTag = "http.route";
    private const string PathTag = "url.path";

    /// <summary>Which grain called which; a member's grain is named by her id.</summary>
    private static readonly string[] GrainTags = ["orleans.rpc.source_id", "orleans.rpc.target_id"];

    /// <summary>How the ids of members' grains begin.</summary>
    private const string MemberGrains = "member/";

    /// <summary>Query and whole address; who asked, and with what.</summary>
    private static readonly string[] RemovedTags =
    [
        "url.query", "url.full", "http.url", "http.target",
        "client.address", "client.port", "network.peer.address", "network.peer.port", "http.client_ip", "net.peer.ip",
        "user_agent.original", "http.user_agent", "enduser.id", "user.id", "user.email", "user.name",
        "exception.message", "exception.stacktrace",
    ];

    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        if (data.GetTagItem(PathTag) is not null)
            data.SetTag(PathTag, data.GetTagItem(RouteTag) ?? "(no route)");
        foreach (var tag in GrainTags)
        {
            if (data.GetTagItem(tag) is string grain && grain.StartsWith(MemberGrains, StringComparison.Ordinal))
                data.SetTag(tag, null);
        }

        foreach (var tag in RemovedTags)
        {
            // Setting null removes a tag; asking first keeps the common span untouched.
            if (data.GetTagItem(tag) is not null)
                data.SetTag(tag, null);
        }
    }
}
