using Grpc.Core;
using Grpc.Net.Client;
using OuiShare.Federation.V1;
using OuiShare.Federation.Web.Demo;
using OuiShare.Federation.Web.Tests.Hosting;
using DataFolder = OuiShare.Federation.Node.Hosting.DataFolder;

namespace OuiShare.Federation.Web.Tests.Browser;

/// <summary>The tests that share <see cref="OpenChapter"/>; one after the other, because they share the machine's cores too.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserRoom : ICollectionFixture<OpenChapter>
{
    /// <summary>What the tests call it.</summary>
    public const string Name = "Browser";
}

/// <summary>
/// A chapter that is set up, in a process of its own, with the demo's events of Paris, a person of each role, and a browser to visit it.
/// </summary>
public sealed class OpenChapter : IAsyncLifetime
{
    private readonly RunningNode _node = new();
    private readonly Dictionary<string, string> _signedIn = [];
    private GrpcChannel _channel = null!;
    private Metadata _headers = null!;
    private int _requests;

    /// <summary>The browser.</summary>
    public Chromium Chromium { get; private set; } = null!;

    /// <summary>Where the node answers.</summary>
    public Uri Address => _node.Address;

    /// <summary>The paths of the sample's events, by their names in the sample.</summary>
    public Dictionary<string, string> Events { get; } = [];

    /// <summary>Lets a reader visit the chapter.</summary>
    /// <param name="reader">Who.</param>
    /// <param name="path">What she does.</param>
    /// <param name="role">"admin", "connector" or "member"; null: a visitor.</param>
    public Task VisitAsync(Reader reader, Func<Visit, Task> path, string? role = null) =>
        Chromium.VisitAsync(Address, reader, path, role is null ? null : _signedIn[role]);

    /// <summary>A new one-use invitation, as the operator's tool makes it: path of its page.</summary>
    public async Task<string> InviteAsync(string role)
    {
        var link = await Operator.CreateMemberLinkAsync(new CreateMemberLinkRequest { Role = role }, _headers);
        return new Uri(link.Url).AbsolutePath;
    }

    /// <summary>Publishes an event: path of its page.</summary>
    public async Task<string> PublishAsync(EventRecord record)
    {
        var request = new CreateEventRequest { RequestId = $"browser-tests-{++_requests:0000}", Record = record };
        var created = await new EventService.EventServiceClient(_channel).CreateEventAsync(request, _headers);
        return new Uri(created.Event.Url).AbsolutePath;
    }

    public async Task InitializeAsync()
    {
        Chromium = await Chromium.StartAsync();
        await _node.InitializeAsync();
        _channel = GrpcChannel.ForAddress(Address);
        _headers = new Metadata { { "authorization", "Bearer " + DataFolder.ReadOperatorToken(_node.DataFolder) } };
        var setUp = new SetUpRequest { ChapterName = "OuiShare Paris", Place = "Paris, FR", AdminName = "Ada", Languages = { "fr", "en" } };
        var admin = await Operator.SetUpAsync(setUp, _headers);
        await SignInAsync("admin", new Uri(admin.SignInUrl).AbsolutePath);
        await JoinAsync("connector", "Carla");
        await JoinAsync("member", "Mona");
        await PublishSamplesAsync();
    }

    public async Task DisposeAsync()
    {
        _channel?.Dispose();
        await _node.DisposeAsync();
        if (Chromium is not null)
            await Chromium.DisposeAsync();
    }

    private OperatorService.OperatorServiceClient Operator => new(_channel);

    private Task SignInAsync(string role, string link) => Chromium.VisitAsync(Address, new Reader(), async visit =>
    {
        await visit.GoAsync(link);
        await visit.FollowAsync("main form button");
        _signedIn[role] = await visit.Page.Context.StorageStateAsync();
    });

    private async Task JoinAsync(string role, string name)
    {
        var invitation = await InviteAsync(role);
        await Chromium.VisitAsync(Address, new Reader(), async visit =>
        {
            await visit.GoAsync(invitation);
            await visit.Page.FillAsync("#name", name);
            await visit.FollowAsync("main form button");
            _signedIn[role] = await visit.Page.Context.StorageStateAsync();
        });
    }

    private async Task PublishSamplesAsync()
    {
        var sample = SampleChapter.Read("paris");
        var today = DateOnly.FromDateTime(TimeProvider.System.GetLocalNow().DateTime);
        foreach (var sampleEvent in sample.Events)
        {
            var path = await PublishAsync(SampleRecords.ToRecord(sampleEvent, sample.Chapter, today));
            Events[sampleEvent.Uid.Split('@')[0]] = path;
            if (sampleEvent.Cancelled is { } reason)
            {
                var request = new CancelEventRequest { Id = path.Split('/')[^1], Reason = SampleRecords.ToText(reason) };
                await new EventService.EventServiceClient(_channel).CancelEventAsync(request, _headers);
            }
        }
    }
}
