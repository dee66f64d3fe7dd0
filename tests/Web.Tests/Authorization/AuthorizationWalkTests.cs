using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Web.Tests.Authorization;

/// <summary>
/// Every page, route and call says who may use it, and means it. The list is the program's own, not ours: one that is added tomorrow is
/// walked tomorrow, and one that says nothing fails here before it opens a door.
/// </summary>
public sealed partial class AuthorizationWalkTests(NodeInProcess node) : IClassFixture<NodeInProcess>
{
    private const string Visitor = "visitor";

    private static readonly string[] Known = [Policies.Anyone, Policies.Member, Policies.Connector, Policies.Admin, Policies.Operator];

    [Fact]
    public void Every_route_and_call_names_exactly_one_policy()
    {
        var wrong = Endpoints().Where(endpoint => PoliciesOf(endpoint) is not [var policy] || !Known.Contains(policy))
            .Select(endpoint => $"{endpoint.DisplayName} names [{string.Join(", ", PoliciesOf(endpoint))}]");

        Assert.Empty(wrong);
    }

    [Fact]
    public void No_route_or_call_is_opened_past_its_policy() =>
        Assert.Empty(Endpoints().Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(endpoint => endpoint.DisplayName));

    [Theory]
    [InlineData(Visitor)]
    [InlineData(Policies.Member)]
    [InlineData(Policies.Connector)]
    [InlineData(Policies.Admin)]
    [InlineData(Policies.Operator)]
    public async Task Each_role_opens_what_is_for_it_and_nothing_else(string role)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = node.Address };
        var wrong = new List<string>();

        foreach (var endpoint in Endpoints())
        {
            // The node hangs up on nobody who only asks: a stream of peers would wait for its handshake.
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            var mayUse = MayUse(role, PoliciesOf(endpoint).Single());
            // The page that says "forbidden" answers so to everybody.
            foreach (var method in MethodsOf(endpoint).Where(_ => endpoint.RoutePattern.RawText?.Trim('/') != "forbidden"))
            {
                using var answer = await client.SendAsync(Ask(endpoint, method, role), HttpCompletionOption.ResponseHeadersRead, limit.Token);
                if (IsRefusal(answer) == mayUse)
                    wrong.Add($"{role} {(mayUse ? "is refused" : "gets into")} {method} {endpoint.RoutePattern.RawText} ({(int)answer.StatusCode} {answer.Headers.Location})");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void The_walk_meets_pages_files_and_calls()
    {
        var routes = Endpoints().Select(endpoint => endpoint.RoutePattern.RawText?.Trim('/') ?? "").ToHashSet(StringComparer.Ordinal);

        Assert.Superset(
            new HashSet<string>(["network", "profile", "settings", "set-up/{secret}", "events/{id:guid}/edit", "ouishare.federation.v1.PeerService/Sync"], StringComparer.Ordinal),
            routes);
    }

    /// <summary>Files that were added since the program was built; the framework's own, closed to all, and absent from a published node.</summary>
    private const string FilesOfSource = "Fallback {**path:file}";

    private IEnumerable<RouteEndpoint> Endpoints() =>
        node.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.DisplayName != FilesOfSource)
            .DistinctBy(endpoint => (endpoint.RoutePattern.RawText, string.Join(' ', MethodsOf(endpoint)), endpoint.DisplayName));

    private static IReadOnlyList<string> PoliciesOf(RouteEndpoint endpoint) =>
        [.. endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(declared => declared.Policy ?? "(none)")];

    // A page has no methods of its own: it is asked and sent to.
    private static IReadOnlyList<string> MethodsOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : ["GET", "POST"];

    private HttpRequestMessage Ask(RouteEndpoint endpoint, string method, string role)
    {
        var isCall = (endpoint.RoutePattern.RawText ?? "").Contains("ouishare.federation.v1.", StringComparison.Ordinal);
        var request = new HttpRequestMessage(new HttpMethod(method), "/" + Filled(endpoint).TrimStart('/'))
        {
            Version = isCall ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (isCall)
        {
            // One empty message, and the end of the request.
            request.Content = new ByteArrayContent(new byte[5]) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } };
            request.Headers.TE.ParseAdd("trailers");
        }

        if (node.TokenOf(role) is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    // What a route's constraints let in: "nothing here" would otherwise look like an open door.
    private static string Filled(RouteEndpoint endpoint) => Parameter().Replace(endpoint.RoutePattern.RawText ?? "", match => match.Value switch
    {
        var guid when guid.Contains(":guid", StringComparison.Ordinal) => "01a20beb-d1c8-74d2-9748-0bebf826eb3a",
        var origin when origin.Contains(":length(20)", StringComparison.Ordinal) => new string('0', 20),
        var id when id.Contains(":length(32)", StringComparison.Ordinal) => new string('0', 32),
        var id when id.Contains(":length(16)", StringComparison.Ordinal) => new string('0', 16),
        _ => "0",
    });

    private static bool MayUse(string role, string policy) => policy switch
    {
        Policies.Operator => role == Policies.Operator,
        // The operator's token stands for an admin.
        _ when role == Policies.Operator => true,
        _ => (Policies.TryParseRole(role, out var held) ? held : Role.Visitor) >= Policies.LowestRole(policy),
    };

    private static bool IsRefusal(HttpResponseMessage answer) =>
        answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
        // A call's refusal: UNAUTHENTICATED and PERMISSION_DENIED.
        || (answer.Headers.TryGetValues("grpc-status", out var status) && status.Single() is ("16" or "7"))
        || (answer.Headers.Location?.OriginalString is { } location
            && (location.Contains("/sign-in?", StringComparison.Ordinal) || location.Contains("/forbidden", StringComparison.Ordinal)));

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
