using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Search;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Members;

/// <summary>
/// What is private carries a canary: letters that occur nowhere else. A chapter then lives through a day with all of it, and the canary must
/// not have come out: not in any run a peer can ask for, not in the tables of the journals, not in the search index, not in a log line of
/// any level, not in a trace. Looking for the letters everywhere finds also the leaks that nobody thought of.
/// </summary>
public sealed class PrivacyTests
{
    private const string Canary = "canary7f3a91";

    [Fact]
    public async Task What_is_private_never_leaves_the_node()
    {
        var log = new CollectedLog();
        var traces = new ConcurrentBag<string>();
        using var listener = Listen(traces);
        using var folder = new TemporaryFolder();
        var node = await TestNode.StartAsync(folder.Path, builder =>
        {
            builder.Services.AddSingleton<ILoggerProvider>(log);
            builder.Logging.SetMinimumLevel(LogLevel.Trace).AddFilter<CollectedLog>(_ => true);
        });

        var secrets = await LiveADayAsync(node);
        secrets.Add(Canary);

        Assert.NotEmpty(traces);
        Assert.NotEmpty(log.Lines);
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(Runs(node), run => run.Contains(secret, StringComparison.Ordinal));
            Assert.Equal(0, CountInPublicTables(node, secret));
            Assert.DoesNotContain(log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
            Assert.DoesNotContain(traces, tag => tag.Contains(secret, StringComparison.Ordinal));
        }

        await node.StopAsync();
        Assert.DoesNotContain(Canary, System.Text.Encoding.Latin1.GetString(Bytes.Read(Path.Combine(folder.Path, "views.db"))), StringComparison.Ordinal);
        // The proof that the letters would have been found: they are in the chapter's own tables.
        Assert.Contains(Canary, System.Text.Encoding.Latin1.GetString(Bytes.Read(Path.Combine(folder.Path, "node.db"))), StringComparison.Ordinal);
    }

    /// <summary>Does everything that touches private data; returns the secrets of links and tokens.</summary>
    private static async Task<List<string>> LiveADayAsync(TestNode node)
    {
        var links = node.Get<MemberLinks>();
        var members = node.Get<MemberDirectory>();
        var invitation = await links.InviteAsync(Actor.Operator, Role.Member, $"invited-{Canary}@example.org");
        var account = Assert.IsType<JoinResult.Joined>(
            await members.JoinAsync(invitation.Secret, $"Name {Canary}", $"mail-{Canary}@example.org", ["fr"])).Account;
        var self = new Actor(account.Id, Role.Member);
        var profile = new MemberProfile($"Name {Canary}", $"mail-{Canary}@example.org", Samples.Text($"Tagline {Canary}"), $"City {Canary}", [$"skill {Canary}"], ["fr"]);
        await node.Member(account.Id).UpdateProfile(profile, self);
        Assert.IsType<MemberResult.Refused>(await node.Member(account.Id).UpdateProfile(profile with { Mail = $"no mail {Canary}" }, self));
        var signIn = await links.SignInAsync(Actor.Operator, account.Id);
        var proof = (await node.Get<MailProofs>().AskAsync(account.Id))!;
        await node.Get<MailProofs>().ConfirmAsync(proof.Secret);
        await node.Get<MailCounts>().TakeAsync(MailBound.OfSignIn(System.Net.IPAddress.Loopback, $"mail-{Canary}@example.org"));
        var session = (await node.Get<Sessions>().StartAsync(account.Id, $"browser {Canary}"))!;
        await node.Get<Sessions>().FindAsync(session.Secret, CancellationToken.None);
        var cancelled = await links.InviteAsync(Actor.Operator, Role.Member, $"cancelled-{Canary}@example.org");
        var token = (await node.Get<AccessTokens>().CreateAsync(account.Id, $"label {Canary}"))!;

        var (full, _) = await node.PublishAsync(Samples.Event("Apéro public", capacity: 1));
        Assert.IsType<RsvpResult.Recorded>(await node.Event(full).Answer(account.Id, isGoing: true));
        var draft = Guid.CreateVersion7(Samples.Now);
        await node.Event(draft).SaveDraft(Samples.Event($"Draft {Canary}"), self);
        await node.Event(Guid.CreateVersion7(Samples.Now)).Propose(Samples.Event($"Proposal {Canary}"), self);
        var broken = Samples.Event($"Refused {Canary}");
        broken.Link = $"javascript:{Canary}";
        Assert.IsType<EventResult.Refused>(await node.Event(draft).Publish(broken, baseSequence: null, Samples.Connector));

        var (second, done) = await node.PublishAsync(Samples.Event("Deuxième apéro"));
        await node.Event(second).Cancel(Samples.Text("Il pleut"), Samples.Connector);
        await node.Get<SearchFollower>().WaitForAsync(new EntryPlace(node.Files.Own.Journal, done.Position!.Value + 1), TimeSpan.FromMinutes(1), CancellationToken.None);
        await node.Get<EventSearch>().FindAsync(new EventQuery { Text = $"apero {Canary}" });
        await CallAsync(node, token);
        await node.Get<Sessions>().StartByLinkAsync(signIn.Secret, $"browser {Canary}");
        return [invitation.Secret, signIn.Secret, cancelled.Secret, proof.Secret, session.Secret, token, account.CalendarSecret, account.SecurityStamp];
    }

    /// <summary>Calls over gRPC with the member's token and with a wrong one: both pass through the authentication and its log.</summary>
    private static async Task CallAsync(TestNode node, string token)
    {
        var (channel, _) = node.Connect();
        using (channel)
        {
            var client = new EventService.EventServiceClient(channel);
            await client.SearchEventsAsync(new SearchEventsRequest { Text = $"apero {Canary}" }, new Metadata { { "authorization", "Bearer " + token } });
            var refused = await Assert.ThrowsAsync<RpcException>(async () =>
                await client.CreateEventAsync(new CreateEventRequest(), new Metadata { { "authorization", $"Bearer wrong-{Canary}" } }));
            Assert.DoesNotContain(Canary, refused.Status.Detail, StringComparison.Ordinal);
        }
    }

    /// <summary>Everything a peer could be sent, as text that shows letters wherever they stand.</summary>
    private static IEnumerable<string> Runs(TestNode node)
    {
        foreach (var journal in node.Files.Register.All)
        {
            for (var from = 0UL; node.Get<JournalReader>().ReadRun(journal.Journal, from, maxBytes: 1 << 18) is { } run; from += (ulong)run.Entries_.Count)
                yield return System.Text.Encoding.Latin1.GetString(run.ToByteArray());
        }
    }

    private static long CountInPublicTables(TestNode node, string letters) => node.Files.Database.Read(session =>
        session.Scalar<long>("SELECT count(*) FROM bodies WHERE instr(record, CAST(?1 AS BLOB)) > 0", letters)
        + session.Scalar<long>("SELECT count(*) FROM entries WHERE instr(bytes, CAST(?1 AS BLOB)) > 0", letters));

    private static ActivityListener Listen(ConcurrentBag<string> traces)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                traces.Add(activity.OperationName);
                traces.Add(activity.DisplayName);
                traces.Add(activity.StatusDescription ?? "");
                var tags = activity.TagObjects.Concat(activity.Events.SelectMany(e => e.Tags.Append(new("event", e.Name))))
                    .Concat(activity.Baggage.Select(item => new KeyValuePair<string, object?>(item.Key, item.Value)));
                foreach (var (key, value) in tags)
                    traces.Add($"{key} = {Convert.ToString(value, CultureInfo.InvariantCulture)}");
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    /// <summary>Every line of every level, with its named values and its exception.</summary>
    private sealed class CollectedLog : ILoggerProvider, ILogger
    {
        public ConcurrentBag<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            Lines.Add(state.ToString() ?? "");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Lines.Add($"{formatter(state, exception)} {exception}");
            if (state is IEnumerable<KeyValuePair<string, object?>> values)
            {
                foreach (var (key, value) in values)
                    Lines.Add($"{key} = {value}");
            }
        }

        public void Dispose()
        {
        }
    }
}
