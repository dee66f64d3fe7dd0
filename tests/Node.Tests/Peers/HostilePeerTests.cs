using Google.Protobuf;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Peers;

/// <summary>
/// Admitted peers that break the protocol over real gRPC, against one whole node: what is honest goes on, nothing unverified is stored, and
/// the admin reads why.
/// </summary>
public sealed class HostilePeerTests(TestNode node) : IClassFixture<TestNode>
{
    [Fact]
    public async Task What_the_node_itself_did_not_sign_changes_nothing_about_its_own_journal()
    {
        using var key = NewKey();
        await using var peer = await ScriptedPeer.MeetAsync(node, key);
        var own = node.Get<OwnJournal>().Journal;

        await peer.SayAsync(SignedJournal.Told(SignedJournal.Forged(own, 1_000, key)));
        var seen = await node.SeesAsync(key.Origin, "the forged note", status => status.LastError is not null);

        Assert.Equal(own, node.Get<OwnJournal>().Journal);
        Assert.True(node.Get<OwnJournal>().IsOpen);
        Assert.Equal(PeerAdvice.LookAtJournals, seen.Advice);
        Assert.Equal(own.Epoch, (await node.PublishAsync(Samples.Event())).Done.Epoch);
    }

    [Fact]
    public async Task A_fork_is_kept_as_two_notes_and_the_journal_is_never_fetched_again()
    {
        using var key = NewKey();
        using var forger = NewKey();
        using var later = NewKey();
        var one = new SignedJournal(forger, "one", "two");
        var other = new SignedJournal(forger, "one", "another two");
        await using var peer = await ScriptedPeer.MeetAsync(node, key);
        await peer.ServeAsync(one);
        await node.HoldsAsync(one.Id, 2);

        await peer.SayAsync(other.Told());
        await node.SeesAsync(key.Origin, "the fork", status =>
            status.LastError is { Reason: PeerErrorReason.JournalForked } error && error.Sentence.Contains("signed two different journals", StringComparison.Ordinal));

        await Watching.UntilAsync("the proof", () => node.Get<ReplicaJournals>().FindProof(one.Id) is not null);
        var proof = node.Get<ReplicaJournals>().FindProof(one.Id)!;
        Assert.Equal([one.Checkpoint.Note.ToArray(), other.Checkpoint.Note.ToArray()], (byte[][])[proof.Note, proof.OtherNote]);
        Assert.NotNull(node.Get<PeerDirectory>().ListJournals().Single(journal => journal.Origin == forger.Origin.ToString()).Quarantine);
        // Neither this peer nor another is asked for it, and neither is told of it.
        one.Append("three");
        await using var second = await ScriptedPeer.MeetAsync(node, later);
        await second.SayAsync(one.Told());
        Assert.DoesNotContain(await second.EchoAsync(), message => message.Want is not null);
        Assert.Equal(2UL, node.Get<JournalRegister>().Find(one.Id)!.Size);
    }

    [Fact]
    public async Task What_was_changed_on_the_way_stops_its_journal_alone()
    {
        using var key = NewKey();
        using var changedKey = NewKey();
        using var honestKey = NewKey();
        var (changed, honest) = (new SignedJournal(changedKey, "one", "two"), new SignedJournal(honestKey, "three"));
        await using var peer = await ScriptedPeer.MeetAsync(node, key);

        await peer.ServeAsync(changed, answer => answer.Entries_[1].Body.Record = Samples.Event("not two").ToByteString());
        await peer.ServeAsync(honest);

        await node.HoldsAsync(honest.Id, 1);
        var seen = await node.SeesAsync(key.Origin, "the refusal", status => status.LastError is not null);
        Assert.Null(node.Get<JournalRegister>().Find(changed.Id));
        Assert.Equal((PeerAdvice.LookAtJournals, 1UL), (seen.Advice, seen.Rejected));
    }

    [Fact]
    public async Task Another_peer_brings_the_journal_that_one_withholds()
    {
        using var silentKey = NewKey();
        using var key = NewKey();
        using var origin = NewKey();
        var journal = new SignedJournal(origin, "one", "two", "three");
        await using var silent = await ScriptedPeer.MeetAsync(node, silentKey);
        await using var peer = await ScriptedPeer.MeetAsync(node, key);
        await silent.SayAsync(journal.Told());
        await silent.NextAsync(message => message.Want is not null);
        await peer.SayAsync(journal.Told());
        Assert.DoesNotContain(await peer.EchoAsync(), message => message.Want is not null);

        for (var second = 0; second <= Limits.FetchPatience.TotalSeconds; second++)
            node.Time.Advance(Limits.TickInterval);
        await peer.NextAsync(message => message.Want is not null);
        await peer.SayAsync(new SyncMessage { Entries = journal.Answer(from: 0) });

        await node.HoldsAsync(journal.Id, 3);
    }

    [Fact]
    public async Task A_peer_that_breaks_the_rules_again_and_again_is_seen_and_said_so()
    {
        using var key = NewKey();
        PeerStatus seen = null!;
        for (var time = 0; time < 2; time++)
        {
            await using var peer = await ScriptedPeer.MeetAsync(node, key);
            await node.SeesAsync(key.Origin, "the open session", status => status.Activity == PeerActivity.UpToDate);
            await peer.SayAsync(new SyncMessage { Want = new Want { MaxBytes = 0 } });
            var goodbye = (await peer.NextAsync(message => message.Goodbye is not null)).Goodbye;
            Assert.Equal(GoodbyeReason.ProtocolViolation, goodbye.Reason);
            seen = await node.SeesAsync(key.Origin, "the violation", status => status.Activity != PeerActivity.UpToDate);
        }

        Assert.Contains("You wanted", seen.LastError?.Sentence, StringComparison.Ordinal);
        Assert.Equal((PeerAdvice.Update, PeerActor.Us), (seen.Advice, seen.Actor));
        // It opens once more, and what it did is not forgotten with the first second.
        await using var again = await ScriptedPeer.MeetAsync(node, key);
        seen = await node.SeesAsync(key.Origin, "the next session", status => status.Activity == PeerActivity.UpToDate);
        Assert.NotNull(seen.LastError);
    }

    [Fact]
    public async Task A_peer_that_says_nothing_of_what_it_holds_is_not_called_up_to_date()
    {
        using var key = NewKey();
        await ScriptedPeer.AdmitAsync(node, key.Origin);
        await using var peer = await ScriptedPeer.CallAsync(node, key);
        await peer.NextAsync(message => message.Checkpoints is { FrontierDigest.IsEmpty: false });

        var seen = await node.SeesAsync(key.Origin, "the session", status => status.LastContact is not null);
        Assert.Equal(PeerActivity.Connecting, seen.Activity);
        var isOver = false;
        for (var turn = 0; turn < 10 && !isOver; turn++)
        {
            await peer.SayAsync(new SyncMessage { Heartbeat = new Heartbeat { SentAtUnixMs = node.Time.GetUtcNow().ToUnixTimeMilliseconds() } });
            isOver = (await peer.NextAsync(message => message.Heartbeat is not null || message.Goodbye is not null)).Goodbye is not null;
            node.Time.Advance(TimeSpan.FromSeconds(10));
        }

        seen = await node.SeesAsync(key.Origin, "the end", status => status.LastError is not null);
        Assert.Contains("telling what you hold", seen.LastError?.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invitation_lets_one_in_and_no_second_whatever_address_it_claims()
    {
        using var firstKey = NewKey();
        using var secondKey = NewKey();
        var invitation = await node.Get<PeerInvitations>().CreateAsync(Actor.Operator, "http://127.0.0.1:1", lifetime: null);

        await using var first = await ScriptedPeer.CallAsync(node, firstKey, invitation, address: "ftp://inner.example/");
        await first.NextAsync(message => message.Checkpoints is not null);
        await using var second = await ScriptedPeer.CallAsync(node, secondKey, invitation);
        var goodbye = (await second.NextAsync(message => message.Goodbye is not null)).Goodbye;

        Assert.Equal(GoodbyeReason.InvitationRefused, goodbye.Reason);
        Assert.Equal("", node.Files.Database.Read(session => PeerTable.Find(session, firstKey.Origin))!.Address);
        Assert.Null(node.Files.Database.Read(session => PeerTable.Find(session, secondKey.Origin)));
    }

    [Fact]
    public async Task What_a_disk_damaged_stops_neither_the_journal_nor_the_others()
    {
        using var key = NewKey();
        using var bodyKey = NewKey();
        using var entryKey = NewKey();
        var (body, entry) = (new SignedJournal(bodyKey, "one", "two"), new SignedJournal(entryKey, "three"));
        await using var peer = await ScriptedPeer.MeetAsync(node, key);
        foreach (var journal in (SignedJournal[])[body, entry])
        {
            await peer.ServeAsync(journal);
            await node.HoldsAsync(journal.Id, journal.Size);
        }

        var register = node.Get<JournalRegister>();
        await node.Files.Database.WriteAsync(session =>
        {
            session.Execute("UPDATE bodies SET record = x'00' WHERE entry_number = ?1", JournalNumbers.Entry(register.Find(body.Id)!.Number, 0));
            session.Execute("DELETE FROM entries WHERE entry_number = ?1", JournalNumbers.Entry(register.Find(entry.Id)!.Number, 0));
        });

        var lost = await AnswerAsync(peer, entry.Id);
        var damaged = await AnswerAsync(peer, body.Id);

        Assert.True(lost is { Last: true, Entries_.Count: 0 });
        Assert.Equal([null, body.Answer(0).Entries_[1].Body], damaged.Entries_.Select(carried => carried.Body));
        Assert.IsType<RangeVerification.Verified>(RangeVerifier.Verify(body.Id, damaged, new MerkleRange()));
    }

    [Fact]
    public async Task Of_strangers_nothing_is_kept()
    {
        using var key = NewKey();

        await using var stranger = await ScriptedPeer.CallAsync(node, key);
        var goodbye = (await stranger.NextAsync(message => message.Goodbye is not null)).Goodbye;

        Assert.Equal(GoodbyeReason.NotAPeer, goodbye.Reason);
        Assert.Null(await stranger.StatusAsync());
    }

    private static async Task<Entries> AnswerAsync(ScriptedPeer peer, JournalId journal)
    {
        await peer.SayAsync(new SyncMessage { Want = new Want { Origin = ByteString.CopyFrom(journal.Origin.Bytes), MaxBytes = Limits.WantBytes } });
        return (await peer.NextAsync(message => message.Entries is not null)).Entries;
    }

    private static NodeKey NewKey() => NodeKey.FromSeed(System.Security.Cryptography.RandomNumberGenerator.GetBytes(NodeKey.SeedSize));
}
