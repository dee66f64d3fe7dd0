using System.Diagnostics;
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Node.Search;
using OuiShare.Federation.Node.Tests.Hostile;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;
using OuiShare.Federation.Web.Tests.Authorization;

namespace OuiShare.Federation.Web.Tests.Hostile;

/// <summary>
/// A chapter signs the thousand worst records there are. They reach one node, and a second through it; every page, feed and call of both answers
/// without a fault and soon, search goes on, and a restart changes nothing of that.
/// </summary>
/// <remarks>
/// The first node takes them as a verified range, which is what its conversations with peers hand to the store; the second fetches them from the
/// first over real gRPC. Times are bounded generously, on the wall: they are to see what is unbounded.
/// </remarks>
public sealed class HostileChapterTests : IAsyncLifetime
{
    private const int Seed = 20261129;

    // HOSTILE_RECORDS says how many, for a machine that is busy.
    private static readonly int Records =
        int.TryParse(Environment.GetEnvironmentVariable("HOSTILE_RECORDS"), System.Globalization.CultureInfo.InvariantCulture, out var records) ? records : 1_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>The longest answer: six times what was measured for the whole calendar on two cores that were busy with builds.</summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(5);

    private readonly NodeInProcess _first = new();
    private readonly NodeInProcess _second = new();
    private readonly NodeKey _hostile = NodeKey.FromSeed(SHA256.HashData("hostile"u8));
    private readonly List<RecordId> _events = [];

    public async Task InitializeAsync()
    {
        await _first.InitializeAsync();
        await _second.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await _second.DisposeAsync();
        await _first.DisposeAsync();
        _hostile.Dispose();
    }

    [Fact]
    public async Task A_chapter_that_publishes_the_thousand_worst_harms_nobody()
    {
        Assert.IsType<StoreResult.Stored>(await Get<ReplicaJournals>(_first).StoreAsync(WriteJournal(), carriedBy: null, CancellationToken.None));
        var invitation = await Get<PeerInvitations>(_first).CreateAsync(Actor.Operator, _first.Address.ToString().TrimEnd('/'), lifetime: null);
        Assert.IsType<AcceptResult.Accepted>(await Get<PeerInvitations>(_second).AcceptAsync(invitation.ToText()));

        await HasReadAllAsync(_first);
        await HasReadAllAsync(_second);

        Assert.Empty(Get<SetAsideRecords>(_first).List());
        Assert.Empty(Get<SetAsideRecords>(_second).List());
        var slow = new List<(double Ms, string Path)>();
        await AskAsync(_second, [.. Lists(), .. EventPages(_events)], slow);
        await SearchAsync(_second);
        await _first.RestartAsync();
        await HasReadAllAsync(_first);
        await AskAsync(_first, [.. Lists(), .. EventPages(_events.Where((_, number) => number % 10 == 0))], slow);
        Console.WriteLine("Slowest answers: " + string.Join(", ", slow.OrderByDescending(answer => answer.Ms).Take(5).Select(answer => $"{answer.Ms:F0} ms {answer.Path}")));
    }

    private VerifiedRange WriteJournal()
    {
        var records = new HostileRecords(new Random(Seed));
        var writer = new JournalWriter(_hostile, new JournalId(_hostile.Origin, Epoch: 0), new MerkleRange());
        var chapter = new ChapterRecord
        {
            Name = "Worst <b>chapter</b>", Zone = "Antarctica/Troll", Languages = { "en" }, Address = "https://worst.example",
            Description = new LocalizedText { SourceLanguage = "en", Translations = { new Translation { Language = "en", Text = HostileTexts.Repeat("*a_ ", 5_000).Trim(), Version = 1 } } },
        };
        Append(writer, RecordKind.Chapter, RecordId.Zero, chapter.ToByteArray());
        for (var number = 0; number < Records; number++)
        {
            var (kind, body) = number % 2 == 0 ? (RecordKind.Event, records.Worst(number / 2).ToByteArray()) : records.Next();
            var id = RecordId.From(Guid.CreateVersion7(DateTimeOffset.UnixEpoch.AddDays(20_000).AddSeconds(number)));
            if (kind is RecordKind.Chapter or RecordKind.Epoch || body.Length > Limits.RecordBytes)
                continue;
            Append(writer, kind, id, body);
            if (kind == RecordKind.Event)
                _events.Add(id);
        }

        return writer.Take();
    }

    private static void Append(JournalWriter writer, RecordKind kind, RecordId id, byte[] body) =>
        writer.Append(new EntryDraft(kind, id, new RecordBody(RandomNumberGenerator.GetBytes(Limits.SaltBytes), body)), DateTimeOffset.UnixEpoch.AddDays(20_000));

    private string[] Lists() =>
    [
        "/", "/search?when=any", "/search?when=any&page=2", "/search?q=worst", "/search?when=past", "/search.atom?when=any", "/events.atom", "/search.ics?when=any", "/calendar.ics",
        "/chapters", $"/chapters/{_hostile.Origin.Short}", $"/chapters/{_hostile.Origin.Short}.ics", $"/search?when=any&chapter={_hostile.Origin.Short}", "/network",
    ];

    private IEnumerable<string> EventPages(IEnumerable<RecordId> events) =>
        events.SelectMany(id => (string[])[$"/events/{_hostile.Origin.Short}/{id}", $"/events/{_hostile.Origin.Short}/{id}.ics"]);

    private static async Task AskAsync(NodeInProcess node, IReadOnlyList<string> paths, List<(double Ms, string Path)> slow)
    {
        using var client = new HttpClient { BaseAddress = node.Address };
        foreach (var path in paths)
        {
            var started = Stopwatch.StartNew();
            using var answer = await client.GetAsync(path);
            await answer.Content.CopyToAsync(Stream.Null);
            Assert.True((int)answer.StatusCode < 500, $"{path}: {(int)answer.StatusCode}");
            Assert.True(started.Elapsed < LongestAnswer, $"{path} took {started.Elapsed}");
            slow.Add((started.Elapsed.TotalMilliseconds, path));
        }
    }

    private static async Task SearchAsync(NodeInProcess node)
    {
        using var channel = GrpcChannel.ForAddress(node.Address);
        var client = new EventService.EventServiceClient(channel);
        var token = "";
        var found = 0;
        do
        {
            var page = await client.SearchEventsAsync(new SearchEventsRequest { When = When.Any, PageSize = 100, PageToken = token });
            found += page.Events.Count;
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        Assert.InRange(found, Records / 3, Records);
    }

    private async Task HasReadAllAsync(NodeInProcess node)
    {
        using var patience = new CancellationTokenSource(Patience);
        var size = Get<JournalRegister>(_first).Of(_hostile.Origin).Single().Size;
        while (Get<JournalRegister>(node).Of(_hostile.Origin).SingleOrDefault()?.Size != size || Get<EventSearch>(node).LagEntries > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
        Assert.InRange(await Get<EventSearch>(node).CountAsync(), Records / 3, Records);
        Assert.Equal("Worst <b>chapter</b>", Get<ChapterDirectory>(node).NameOf(_hostile.Origin));
    }

    private static T Get<T>(NodeInProcess node)
        where T : notnull => node.App.Services.GetRequiredService<T>();
}
