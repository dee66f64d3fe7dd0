using System.Text;
using System.Text.RegularExpressions;
using OuiShare.Federation.Node.Tests.Mail;
using OuiShare.Federation.V1;
using Xunit.Abstractions;

namespace OuiShare.Federation.Network.Tests;

/// <summary>
/// Mail addresses, answers to events, the names of members who are not shown, and the secrets that stand in addresses never leave a node. What
/// is private carries letters that occur nowhere else. A member then does everything with it, through pages and calls of a node that logs all it
/// can and exports all it measures, and the letters are looked for wherever something comes out: in the files of its peer, in what the two said
/// to each other, in both logs, and in what a collector was sent. Whole programs, since what leaks does so between the parts.
/// </summary>
public sealed partial class PrivacyTests(ITestOutputHelper output)
{
    private const string Canary = "kanarienvogel7f3a";

    private const string HerId = "her id";

    private static readonly Dictionary<string, string> EveryLevel = new()
    {
        ["Logging__LogLevel__Default"] = "Trace",
        ["Logging__LogLevel__Microsoft"] = "Trace",
        ["Logging__LogLevel__Grpc"] = "Trace",
        ["Logging__LogLevel__Orleans"] = "Debug",
    };

    [Fact]
    public async Task What_is_private_is_in_no_peer_no_message_no_log_and_no_export()
    {
        await using var collector = new OtlpReceiver();
        await using var mails = new ScriptedMailServer();
        await using var network = new TestNetwork(output);
        var (a, lineToA) = await StartAsync(network, collector, mails, "Arles", admin: $"Admin {Canary}");
        var (b, lineToB) = await StartAsync(network, collector, mails, "Bastia", admin: "Ada");
        await using var lines = new Disposing(lineToA, lineToB);
        await JoinAsync(a, b, lineToA);

        var secrets = await LiveADayAsync(a, b, mails);
        await a.PublishAsync("The last evening");
        await TestNetwork.UntilEqualAsync((await a.StatusAsync()).AllEntries, a, b);
        await Wait.UntilAsync(
            "what was published is traced to the end",
            () => Task.FromResult(collector.Spans.Count(span => span is { Service: "Bastia", Name: "search apply" }) >= 2 ? null : $"{collector.Spans.Count} spans came"),
            Waits.Soon);
        await Task.WhenAll(a.StopAsync(), b.StopAsync());

        byte[][] wire = [lineToA.Heard(), lineToB.Heard()];
        // The proof that letters would have been found.
        Assert.NotNull(Around(wire, "The last evening"u8.ToArray()));
        Assert.NotNull(Around(Exported(collector, _ => true), "event publish"u8.ToArray()));
        Assert.NotEmpty(a.FilesWith(Canary));
        foreach (var (what, secret) in secrets)
        {
            // At the level of debugging Orleans names a member's grain by her id, which says nothing to anybody but the node itself.
            var mayBeLogged = what == HerId;
            Assert.True(Around(wire, secret) is null, $"{what} went over the line: {Around(wire, secret)}");
            var exported = Exported(collector, signal => !mayBeLogged || signal != "logs");
            Assert.True(Around(exported, secret) is null, $"{what} was sent to the collector: {Around(exported, secret)}");
            Assert.True(b.FilesWith(secret).Count == 0, $"{what} is in {string.Join(", ", b.FilesWith(secret))}.");
            var text = Encoding.UTF8.GetString(secret);
            var logged = mayBeLogged ? [] : a.Lines.All.Concat(b.Lines.All).Where(line => line.Contains(text, StringComparison.Ordinal)).ToList();
            Assert.True(logged.Count == 0, $"{what} is in the log: {string.Join('\n', logged)}");
        }
    }

    private static IEnumerable<byte[]> Exported(OtlpReceiver collector, Func<string, bool> isAsked) =>
        collector.Received.Where(export => isAsked(export.Signal)).Select(export => export.Bytes);

    /// <summary>Does everything that touches private data; returns what beside the canary must not come out.</summary>
    private static async Task<List<(string What, byte[] Secret)>> LiveADayAsync(NodeProcess a, NodeProcess b, ScriptedMailServer mails)
    {
        var mail = $"mail-{Canary}@example.org";
        var id = await a.PublishAsync("An evening for members");
        var page = $"/events/{a.Origin[..20]}/{id}";
        using var member = new Visitor(a.Address);
        var invitation = await LinkAsync(a, new CreateMemberLinkRequest());
        await member.JoinAsync(invitation, $"Name {Canary}", mail);
        var proof = ProofLink().Match(mails.Mail.ReplaceLineEndings("\n").Replace("=\n", "", StringComparison.Ordinal)).Value;
        Assert.NotEqual("", proof);
        await member.SendAsync(proof, null);
        await member.SendAsync(
            "/profile", null, ("do", "save"), ("name", $"Name {Canary}"), ("mail", mail), ("city", $"City {Canary}"), ("skills", $"skill {Canary}"), ("languages", "en"));
        await member.SendAsync("/profile", null, ("do", "save"), ("name", $"Name {Canary}"), ("mail", $"no mail {Canary}"), ("languages", "en"));
        await member.SendAsync(page, page + "/answer", ("going", "true"));
        var profile = await member.SendAsync("/profile", null, ("do", "token"), ("label", $"label {Canary}"));
        var feed = Feed().Match(profile).Groups[1].Value;
        await member.ReadAsync($"/my/{feed}.ics");
        await member.ReadAsync($"/my/{Canary}.ics");
        await member.ReadAsync($"/search?q={Canary}&near={Canary}");
        await member.ReadAsync($"/{Canary}/nothing?here={Canary}");
        var export = await member.ReadAsync("/profile/export");
        await member.SendAsync(
            "/events/new", EventForm().Match(await member.ReadAsync("/events/new")).Groups[1].Value, ("text-language", "en"), ("title-en", $"Draft {Canary}"), ("do", "draft"));

        using var phone = new Visitor(a.Address);
        var signIn = await LinkAsync(a, new CreateMemberLinkRequest { Member = mail });
        await phone.ReadAsync(Visitor.PathOf(signIn));
        await phone.SendAsync(Visitor.PathOf(signIn), null);
        // From now on nobody takes mails.
        await mails.DisposeAsync();
        using var forgetful = new Visitor(a.Address);
        await forgetful.SendAsync("/sign-in", null, ("mail", mail));
        await forgetful.SendAsync("/sign-in", null, ("mail", $"stranger-{Canary}@example.org"));
        await Wait.UntilAsync(
            "the mail could not be sent",
            () => Task.FromResult(a.Lines.All.Any(line => line.Contains("mail to a member could not be sent", StringComparison.Ordinal)) ? null : "nothing was logged"),
            Waits.Soon);
        await a.Events.SearchEventsAsync(new SearchEventsRequest { Text = Canary });
        using var elsewhere = new Visitor(b.Address);
        await elsewhere.ReadAsync(page);

        var memberId = Guid.Parse(MemberId().Match(export).Groups[1].Value);
        Assert.NotEqual("", feed);
        return
        [
            ("what she wrote", Encoding.UTF8.GetBytes(Canary)),
            ("her invitation", SecretOf(invitation)),
            ("her sign-in link", SecretOf(signIn)),
            ("the link that proved her address", SecretOf(proof)),
            ("her calendar's address", Encoding.UTF8.GetBytes(feed)),
            (HerId, memberId.ToByteArray(bigEndian: true)),
            (HerId, Encoding.UTF8.GetBytes(memberId.ToString("n"))),
            (HerId, Encoding.UTF8.GetBytes(memberId.ToString("d"))),
        ];
    }

    /// <summary>A node that tells its peers an address at which all that is said to it is recorded.</summary>
    private static async Task<(NodeProcess Node, RecordingProxy Line)> StartAsync(
        TestNetwork network, OtlpReceiver collector, ScriptedMailServer mails, string name, string admin)
    {
        var address = $"http://127.0.0.1:{Ports.TakeFree()}";
        var line = new RecordingProxy(address);
        var settings = new Dictionary<string, string>(EveryLevel.Concat(collector.Environment(name)))
        {
            ["OUISHARE_PUBLIC_URL"] = line.Address,
            ["OUISHARE_MAIL__HOST"] = "127.0.0.1",
            ["OUISHARE_MAIL__PORT"] = $"{mails.Port}",
            ["OUISHARE_MAIL__FROM"] = "chapter@example.org",
            ["OUISHARE_MAIL__SECURITY"] = "None",
        };
        var node = network.Add(name, settings, address);
        await node.StartAsync();
        await node.Operator.SetUpAsync(new SetUpRequest { ChapterName = name, Place = "Paris, FR", Languages = { "en" }, AdminName = admin });
        return (node, line);
    }

    private static async Task JoinAsync(NodeProcess inviting, NodeProcess joining, RecordingProxy line)
    {
        var invitation = await inviting.Operator.CreateInvitationAsync(new CreateInvitationRequest { Address = line.Address });
        await joining.Operator.JoinPeerAsync(new JoinPeerRequest { Invitation = invitation.Invitation });
        await TestNetwork.UntilEqualAsync((await inviting.StatusAsync()).AllEntries + (await joining.StatusAsync()).OwnEntries, inviting, joining);
    }

    private static async Task<string> LinkAsync(NodeProcess node, CreateMemberLinkRequest request) => (await node.Operator.CreateMemberLinkAsync(request)).Url;

    private static byte[] SecretOf(string link) => Encoding.UTF8.GetBytes(link[(link.LastIndexOf('/') + 1)..]);

    /// <summary>Where letters were found, with what stands around them; null: nowhere.</summary>
    private static string? Around(IEnumerable<byte[]> all, byte[] letters)
    {
        const int Shown = 200;
        var places = all.Select(bytes => (Bytes: bytes, At: bytes.AsSpan().IndexOf(letters))).Where(place => place.At >= 0)
            .Select(place => Encoding.Latin1.GetString(place.Bytes[Math.Max(0, place.At - Shown)..Math.Min(place.Bytes.Length, place.At + Shown)])).ToList();
        return places.Count == 0 ? null : string.Join("\n…\n", places.Select(place => string.Concat(place.Select(letter => char.IsControl(letter) ? '·' : letter))));
    }

    [GeneratedRegex(@"/profile/mail/[A-Za-z0-9_-]+")]
    private static partial Regex ProofLink();

    [GeneratedRegex(@"/my/([^.\s]+)\.ics")]
    private static partial Regex Feed();

    [GeneratedRegex("\"Id\": \"([0-9a-f-]{36})\"")]
    private static partial Regex MemberId();

    [GeneratedRegex("action=\"(/events/[0-9a-f-]{36}/edit)\"")]
    private static partial Regex EventForm();

    /// <summary>Ends both lines with the test.</summary>
    private sealed class Disposing(RecordingProxy first, RecordingProxy second) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await first.DisposeAsync();
            await second.DisposeAsync();
        }
    }
}
