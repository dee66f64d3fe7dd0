using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Node.Problems;
using OuiShare.Federation.Node.Tests.Hosting;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Peers;

/// <summary>Callers that send without end: log and disk stay bounded, and the admin reads of whom.</summary>
public sealed class FloodTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly Lines _lines = new();
    private TestNode _node = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync() => _node = await TestNode.StartAsync(_folder.Path, builder =>
    {
        builder.Services.AddSingleton<ILoggerProvider>(_lines);
        builder.Configuration["Node:DailyMegabytesOfChapter"] = "1";
    });

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await _node.StopAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Streams_that_prove_no_key_and_calls_that_are_broken_off_do_not_fill_the_log()
    {
        var (channel, _) = _node.Connect();
        using (channel)
        {
            var client = new PeerService.PeerServiceClient(channel);
            for (var i = 0; i < 200; i++)
            {
                using var call = client.Sync();
                await call.RequestStream.WriteAsync(new SyncMessage { Proof = new Proof() });
                while (await call.ResponseStream.MoveNext(CancellationToken.None))
                    Assert.NotEqual(SyncMessage.MessageOneofCase.Entries, call.ResponseStream.Current.MessageCase);
            }

            await SendMalformedAsync($"http://{channel.Target}", times: 10);
        }

        for (var i = 0; i < 10; i++)
        {
            // Each over a connection of its own: Kestrel ends one on which many are broken off.
            using var own = _node.Connect().Channel;
            using var call = new PeerService.PeerServiceClient(own).Sync();
            await call.ResponseHeadersAsync;
        }

        Assert.InRange(_lines.All.Count(line => line.Contains("proved no key", StringComparison.Ordinal)), 1, BoundedLogs.LinesOfKind);
        Assert.DoesNotContain(_lines.All, line => line.Contains("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_dead_peer_is_logged_when_it_dies_and_once_a_day()
    {
        using var key = NewKey();
        await ScriptedPeer.AdmitAsync(_node, key.Origin, "http://127.0.0.1:9");
        var grain = _node.Grains.GetGrain<IPeerGrain>(key.Origin.ToString());

        for (var hour = 0; hour < 49; hour++)
        {
            await grain.Ended(new PeerEnd($"{hour}", PeerEndReason.Unreachable, new PeerError(PeerErrorReason.TimedOut, "Nothing answered."), "http://127.0.0.1:9"));
            _node.Time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(3, _lines.All.Count(line => line.Contains("is not connected since", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_chapter_that_publishes_more_than_a_days_bytes_is_told_so_and_the_rest_comes_the_next_day()
    {
        using var key = NewKey();
        var journal = new SignedJournal(key);
        for (var i = 0; i < 25; i++)
            journal.Append(new EntryDraft(RecordKind.Event, RecordId.From(Guid.CreateVersion7()), new RecordBody(new byte[Limits.SaltBytes], new byte[60_000])));
        await using (var peer = await ScriptedPeer.MeetAsync(_node, key))
        {
            await SendInPartsAsync(peer, journal);
            var goodbye = (await peer.NextAsync(message => message.Goodbye is not null)).Goodbye;
            Assert.Equal(GoodbyeReason.OverQuota, goodbye.Reason);
            Assert.Contains("1 MB a day", goodbye.Detail, StringComparison.Ordinal);
        }

        await _node.HoldsAsync(journal.Id, 15);
        Assert.Equal(15UL, _node.Get<JournalRegister>().Find(journal.Id)!.Size);
        var seen = await _node.SeesAsync(key.Origin, "the refusal", status => status.LastError is { Reason: PeerErrorReason.OverQuota });
        Assert.NotEqual(PeerAdvice.None, seen.Advice);
        Assert.Contains(_node.Get<NodeProblems>().List(), problem => problem.Reason == NodeProblemReason.ChapterOverQuota);
        _node.Time.Advance(TimeSpan.FromDays(1));
        Assert.Empty(_node.Get<NodeProblems>().List());
        await using var again = await ScriptedPeer.MeetAsync(_node, key);
        await SendInPartsAsync(again, journal);
        await _node.HoldsAsync(journal.Id, journal.Size);
    }

    [Fact]
    public void Nothing_of_others_is_taken_while_the_disk_has_only_its_reserve_and_it_goes_on_by_itself()
    {
        using var own = NewKey();
        using var key = NewKey();
        var journal = new SignedJournal(key, "one");
        var range = Assert.IsType<RangeVerification.Verified>(RangeVerifier.Verify(journal.Id, journal.Answer(0), new MerkleRange())).Range;
        var free = 99L;
        var intake = new JournalIntake(Microsoft.Extensions.Options.Options.Create(new NodeOptions()), own, _node.Time, () => new DiskSpace(free, 1_000));

        Assert.Equal(IntakeReason.NoRoom, intake.Take(range, key.Origin)!.Reason);
        Assert.Equal(NodeProblemReason.NoRoomForOthers, Assert.Single(intake.FindProblems()).Reason);

        free = 101;
        _node.Time.Advance(JournalLimits.RoomLook);
        Assert.Null(intake.Take(range, key.Origin));
        Assert.Empty(intake.FindProblems());
    }

    private static async Task SendMalformedAsync(string address, int times)
    {
        using var client = new HttpClient();
        for (var i = 0; i < times; i++)
        {
            // A frame of four bytes that are no message.
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{address}/ouishare.federation.v1.PeerService/Sync")
            {
                Version = new Version(2, 0),
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = new ByteArrayContent([0, 0, 0, 0, 4, 0xFF, 0xFF, 0xFF, 0xFF]) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
            };
            request.Headers.TE.ParseAdd("trailers");
            using var answer = await client.SendAsync(request);
            await answer.Content.ReadAsByteArrayAsync();
        }
    }

    private static async Task SendInPartsAsync(ScriptedPeer peer, SignedJournal journal)
    {
        await peer.SayAsync(journal.Told());
        var want = (await peer.NextAsync(message => message.Want is not null)).Want;
        foreach (var part in journal.Parts(want.From, entriesInPart: 5))
            await peer.SayAsync(new SyncMessage { Entries = part });
    }

    private static NodeKey NewKey() => NodeKey.FromSeed(System.Security.Cryptography.RandomNumberGenerator.GetBytes(NodeKey.SeedSize));
}
