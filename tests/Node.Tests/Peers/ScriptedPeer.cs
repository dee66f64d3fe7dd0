using System.Security.Cryptography;
using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;
using Origin = OuiShare.Federation.Protocol.Origin;

namespace OuiShare.Federation.Node.Tests.Peers;

/// <summary>
/// A peer over real gRPC that says what a test tells it to: it proves its key as any node does, and keeps no rule after that.
/// </summary>
internal sealed class ScriptedPeer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TestNode _node;
    private readonly NodeKey _key;
    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<SyncMessage, SyncMessage> _call;
    private readonly Channel<SyncMessage> _received = Channel.CreateUnbounded<SyncMessage>();
    private Task _pumping = Task.CompletedTask;

    private ScriptedPeer(TestNode node, NodeKey key)
    {
        (_node, _key) = (node, key);
        (_channel, _) = node.Connect();
        _call = new PeerService.PeerServiceClient(_channel).Sync();
    }

    /// <summary>How the node's admin sees it.</summary>
    public Task<PeerStatus?> StatusAsync() => _node.Grains.GetGrain<IPeerGrain>(_key.Origin.ToString()).Status();

    /// <summary>Has the node's admin take this key as a peer; without an address, it only calls.</summary>
    public static Task AdmitAsync(TestNode node, Origin origin, string address = "") => node.Files.Database.WriteAsync(session =>
    {
        if (PeerTable.Find(session, origin) is null)
        {
            PeerTable.Save(session, new PeerRow(
                origin, "Scripted", address, PeerAdmission.Active, Samples.Now, InvitationId: null, InvitationSecret: null, LastContactAt: null,
                LastError: null, LastErrorAt: null, Software: ""));
        }
    });

    /// <summary>Calls a node and proves the key; what the node thinks of it comes with the next message.</summary>
    public static async Task<ScriptedPeer> CallAsync(TestNode node, NodeKey key, InvitationCode? invitation = null, string address = "")
    {
        var peer = new ScriptedPeer(node, key);
        using var random = RandomNumberGenerator.Create();
        var conversation = new Conversation(new ConversationSettings
        {
            Key = key,
            Role = ConversationRole.Caller,
            Plan = new FetchPlan(),
            Random = random,
            ExpectedPeer = node.Get<OwnJournal>().Origin,
            Invitation = invitation,
            ChapterName = "Scripted",
            Address = address,
        });
        var now = node.Time.GetUtcNow();
        await peer.PerformAsync(conversation.Open(now));
        while (conversation.Phase < ConversationPhase.Admission && await peer._call.ResponseStream.MoveNext(CancellationToken.None))
            await peer.PerformAsync(conversation.Receive(peer._call.ResponseStream.Current, now));
        peer._pumping = peer.PumpAsync();
        return peer;
    }

    /// <summary>Is admitted, proves its key and tells that it holds nothing: from here on checkpoints, wants and entries flow.</summary>
    public static async Task<ScriptedPeer> MeetAsync(TestNode node, NodeKey key)
    {
        await AdmitAsync(node, key.Origin);
        var peer = await CallAsync(node, key);
        await peer.NextAsync(message => message.Checkpoints is { FrontierDigest.IsEmpty: false });
        await peer.SayAsync(new SyncMessage { Checkpoints = new Checkpoints { FrontierDigest = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(Hash.Size)) } });
        await peer.SayAsync(new SyncMessage { Checkpoints = new Checkpoints { Complete = true } });
        await peer.NextAsync(message => message.Checkpoints is { Complete: true });
        return peer;
    }

    public Task SayAsync(SyncMessage message) => _call.RequestStream.WriteAsync(message);

    /// <summary>The next message of a sort; others before it are passed over.</summary>
    public async Task<SyncMessage> NextAsync(Func<SyncMessage, bool> isWanted)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var message = await _received.Reader.ReadAsync(patience.Token);
            if (isWanted(message))
                return message;
        }
    }

    /// <summary>Tells a journal, and answers what the node then wants of it.</summary>
    public async Task ServeAsync(SignedJournal journal, Action<Entries>? change = null)
    {
        await SayAsync(journal.Told());
        var want = (await NextAsync(message => message.Want is { } want && want.Origin.Span.SequenceEqual(journal.Id.Origin.Bytes))).Want;
        var answer = journal.Answer(want.From);
        change?.Invoke(answer);
        await SayAsync(new SyncMessage { Entries = answer });
    }

    /// <summary>
    /// Asks something that the node answers at once, and returns what else came before the answer: nothing more comes of what was said
    /// before, but for what the node still does on its own.
    /// </summary>
    public async Task<List<SyncMessage>> EchoAsync()
    {
        var asked = RandomNumberGenerator.GetInt32(1, int.MaxValue);
        await SayAsync(new SyncMessage { Heartbeat = new Heartbeat { SentAtUnixMs = asked } });
        List<SyncMessage> before = [];
        await NextAsync(message =>
        {
            before.Add(message);
            return message.Heartbeat?.AnswersUnixMs == asked;
        });
        return before;
    }

    public async ValueTask DisposeAsync()
    {
        _call.Dispose();
        await _pumping;
        _channel.Dispose();
    }

    private async Task PerformAsync(IReadOnlyList<Effect> effects)
    {
        foreach (var send in effects.OfType<Effect.Send>())
            await SayAsync(send.Message);
    }

    private async Task PumpAsync()
    {
        try
        {
            while (await _call.ResponseStream.MoveNext(CancellationToken.None))
                await _received.Writer.WriteAsync(_call.ResponseStream.Current);
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException or InvalidOperationException)
        {
            // The conversation is over.
        }
        finally
        {
            _received.Writer.TryComplete();
        }
    }
}
