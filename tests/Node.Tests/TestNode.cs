using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.V1;
using Orleans.TestingHost;

namespace OuiShare.Federation.Node.Tests;

/// <summary>
/// A whole node in this process, put together as the program does it: data folder, database, silo, gRPC on a free port of the loopback; only
/// the clock is a fake that tests turn. Shared by the tests of a class as a fixture, or started by a test that stops it.
/// </summary>
public sealed class TestNode : IAsyncLifetime
{
    private readonly string? _givenFolder;
    private readonly Action<WebApplicationBuilder>? _configure;
    private TemporaryFolder? _temporary;
    private DataFolder _folder = null!;
    private NodeFiles _files = null!;
    private WebApplication _app = null!;
    private bool _isStopped;

    /// <summary>A node that is set up, in a folder of its own.</summary>
    public TestNode()
        : this(folder: null, configure: null)
    {
    }

    internal TestNode(string? folder, Action<WebApplicationBuilder>? configure = null, FakeTimeProvider? time = null)
    {
        (_givenFolder, _configure) = (folder, configure);
        Time = time ?? new FakeTimeProvider(Samples.Now);
    }

    /// <summary>The node's clock.</summary>
    public FakeTimeProvider Time { get; }

    /// <summary>The first admin, when this start set the node up.</summary>
    public Guid AdminId { get; private set; }

    /// <summary>Its data folder.</summary>
    public string Folder => _givenFolder ?? _temporary!.Path;

    internal NodeFiles Files => _files;

    /// <summary>Starts a node in a folder that outlives it.</summary>
    internal static async Task<TestNode> StartAsync(string folder, Action<WebApplicationBuilder>? configure = null, FakeTimeProvider? time = null)
    {
        var node = new TestNode(folder, configure, time);
        await node.InitializeAsync();
        return node;
    }

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (_givenFolder is null)
            _temporary = new TemporaryFolder();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _folder = DataFolder.Open(Folder, time: Time);
        builder.Services.AddSingleton(_folder);
        builder.Services.AddRoomOptions<NodeOptions, NodeOptionsValidator>(NodeOptions.Section);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.UseOrleans(silo => silo.UseOneSilo());
        try
        {
            _files = builder.AddNode(_folder, Time);
        }
        catch
        {
            _folder.Dispose();
            throw;
        }

        // Orleans' own background work keeps the system's clock, or a turn of the fake one would set off all of it.
        builder.Services.UseTimeProviderForBackgroundAreas(TimeProvider.System);
        _configure?.Invoke(builder);
        _app = builder.Build();
        _app.UseAuthentication();
        _app.UseAuthorization();
        _app.MapNode();
        await _app.StartAsync();
        if (!Get<ChapterDirectory>().IsSetUp)
            AdminId = Assert.IsType<SetUpResult.Done>(await Grains.GetGrain<IChapterGrain>(0).SetUp(linkSecret: null, Samples.Chapter(), "Ada")).AdminId;
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await StopAsync();
        _temporary?.Dispose();
    }

    internal async Task StopAsync()
    {
        if (_isStopped)
            return;
        _isStopped = true;
        await _app.StopAsync();
        try
        {
            await _app.DisposeAsync();
        }
        catch (ObjectDisposedException)
        {
            // NodeLife closes PeerSessions, and the container then closes it a second time.
        }

        await _files.DisposeAsync();
        _folder.Dispose();
    }

    internal T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    internal IGrainFactory Grains => Get<IGrainFactory>();

    internal IEventGrain Event(Guid id) => Grains.GetGrain<IEventGrain>(id);

    internal IMemberGrain Member(Guid id) => Grains.GetGrain<IMemberGrain>(id);

    /// <summary>A channel to its gRPC services, and the header of its operator's token.</summary>
    internal (GrpcChannel Channel, Metadata Operator) Connect() =>
        (GrpcChannel.ForAddress(_app.Urls.Single()), new Metadata { { "authorization", "Bearer " + _folder.OperatorToken } });

    /// <summary>Publishes an event under a new id.</summary>
    internal async Task<(Guid Id, EventResult.Done Done)> PublishAsync(EventRecord record)
    {
        var id = Guid.CreateVersion7(Time.GetUtcNow());
        return (id, Assert.IsType<EventResult.Done>(await Event(id).Publish(record, baseSequence: null, Actor.Operator)));
    }

    /// <summary>Lets a new member in by an invitation.</summary>
    internal async Task<Account> JoinAsync(string name, Role role = Role.Member, string? mail = null)
    {
        var link = await Get<MemberLinks>().InviteAsync(Actor.Operator, role, mail: null);
        return Assert.IsType<JoinResult.Joined>(await Get<MemberDirectory>().JoinAsync(link.Secret, name, mail, ["fr"])).Account;
    }

    /// <summary>Lets a new member in by an invitation that was mailed to her: the address is proven.</summary>
    internal async Task<Account> JoinByMailAsync(string name, string mail, Role role = Role.Member)
    {
        var link = await Get<MemberLinks>().InviteAsync(Actor.Operator, role, mail);
        await Get<MemberLinks>().NoteMailedAsync(link);
        return Assert.IsType<JoinResult.Joined>(await Get<MemberDirectory>().JoinAsync(link.Secret, name, mail: null, ["fr"])).Account;
    }
}
