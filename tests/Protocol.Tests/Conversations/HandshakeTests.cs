using Google.Protobuf;
using OuiShare.Federation.Protocol.Tests.Simulation;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol.Tests.Conversations;

public sealed class HandshakeTests
{
    [Fact]
    public void Two_nodes_learn_each_others_proven_key_and_name()
    {
        var pair = Pair.Met();

        Assert.Equal(pair.Answerer.Key.Origin, pair.CallerEnd.Conversation.Peer);
        Assert.Equal(pair.Caller.Key.Origin, pair.AnswererEnd.Conversation.Peer);
        Assert.Equal("Chapter 1", pair.AnswererEnd.Conversation.Hello!.ChapterName);
        Assert.All(pair.Link.Ends, end => Assert.Equal(ConversationPhase.Open, end.Conversation.Phase));
        Assert.All(pair.Link.Ends, end => Assert.Null(Assert.Single(end.Seen.OfType<Effect.AskAdmission>()).Invitation));
    }

    [Fact]
    public void Another_node_at_the_address_gets_no_proof()
    {
        var truth = new SimTruth();
        var (meant, other) = (new SimNode(2, truth), new SimNode(3, truth));
        var caller = new SimNode(1, truth).Talk(ConversationRole.Caller, meant, new Random(1));
        var answerer = other.Talk(ConversationRole.Answerer, meant, new Random(2));
        caller.Open(Chapters.Noon);

        var effects = caller.Receive(Assert.IsType<Effect.Send>(answerer.Open(Chapters.Noon)[0]).Message, Chapters.Noon);

        Assert.Equal(GoodbyeReason.WrongNode, Assert.IsType<Effect.HangUp>(effects[^1]).Reason);
        Assert.DoesNotContain(effects, effect => effect is Effect.Send { Message.Proof: not null });
    }

    [Fact]
    public void A_copied_data_folder_is_found_out()
    {
        var truth = new SimTruth();
        var pair = Pair.Met(new SimNode(1, truth), new SimNode(1, truth));

        Assert.All(pair.Link.Ends, end => Assert.Equal(GoodbyeReason.SameKey, end.HangUp!.Reason));
    }

    /// <summary>Each field of each proof and Hello, changed on the way: nobody in between can speak for another, downgrade or reuse.</summary>
    [Fact]
    public void A_handshake_changed_on_the_way_never_ends_in_admission()
    {
        Func<SyncMessage, bool>[] changes =
        [
            message => message.Proof is { } proof && Change(proof.Signature, bytes => proof.Signature = bytes),
            message => message.Hello is { } hello && Change(hello.Nonce, bytes => hello.Nonce = bytes),
            message => message.Hello is { } hello && Change(hello.Origin, bytes => hello.Origin = bytes),
            message => message.Hello is { } hello && Do(() => hello.Versions.Add(7)),
            message => message.Hello is { } hello && Do(() => hello.InvitationId = ByteString.CopyFrom(new byte[16])),
        ];

        foreach (var change in changes)
        {
            var pair = new Pair();
            pair.CallerEnd.Tamper = message =>
            {
                change(message);
                return message;
            };
            pair.Open();

            Assert.DoesNotContain(pair.AnswererEnd.Seen, effect => effect is Effect.AskAdmission);
            Assert.NotNull(pair.AnswererEnd.HangUp);
        }
    }

    [Fact]
    public void A_proof_from_another_connection_is_refused()
    {
        var first = Pair.Met();
        var old = first.CallerEnd.Sent.Single(message => message.Proof is not null);

        var second = new Pair(new SimNode(1, first.Truth), new SimNode(2, first.Truth));
        var fresh = new SimLink(second.Caller, second.Answerer, new Random(99));
        fresh.CallerEnd.Tamper = message => message.Proof is null ? message : old;
        fresh.Open(Chapters.Noon);
        for (var i = 0; i < 100; i++)
            fresh.TryStep(fresh.Ends[i % 2], new Random(1), Chapters.Noon, (_, _, _) => { });

        Assert.Equal(GoodbyeReason.BadProof, fresh.AnswererEnd.HangUp!.Reason);
    }

    [Fact]
    public void A_node_that_is_answered_with_its_own_messages_hangs_up()
    {
        var pair = new Pair();
        var hello = Assert.IsType<Effect.Send>(pair.CallerEnd.Conversation.Open(Chapters.Noon)[0]).Message;
        var reflected = hello.Clone();
        reflected.Hello.Origin = ByteString.CopyFrom(pair.Answerer.Key.Origin.Bytes);

        var effects = pair.CallerEnd.Conversation.Receive(reflected, Chapters.Noon);

        Assert.Equal(GoodbyeReason.BadProof, Assert.IsType<Effect.HangUp>(effects[^1]).Reason);
    }

    [Fact]
    public void Nodes_without_a_version_in_common_part_in_words()
    {
        var pair = new Pair();
        pair.CallerEnd.Tamper = message =>
        {
            message.Hello?.Versions.Clear();
            message.Hello?.Versions.Add(2);
            return message;
        };
        pair.Open();

        Assert.Equal(GoodbyeReason.NoCommonVersion, pair.AnswererEnd.HangUp!.Reason);
        Assert.Equal((GoodbyeReason.NoCommonVersion, true), (pair.CallerEnd.HangUp!.Reason, pair.CallerEnd.HangUp.ByPeer));
    }

    [Fact]
    public void An_invitation_admits_who_knows_its_secret_and_nobody_else()
    {
        var truth = new SimTruth();
        var (caller, answerer) = (new SimNode(1, truth), new SimNode(2, truth));
        var invitation = InvitationCode.Create("https://rome.example", answerer.Key.Origin, Chapters.Noon.AddDays(7), new SeededRandom(1));
        var pair = new Pair(caller, answerer, invitation);
        pair.Open();

        var claim = Assert.Single(pair.AnswererEnd.Seen.OfType<Effect.AskAdmission>()).Invitation!;

        Assert.Equal(invitation.Id, claim.Id);
        Assert.True(claim.Matches(invitation.Secret));
        Assert.False(claim.Matches(new byte[Limits.SecretBytes]));
        Assert.Null(Assert.Single(pair.CallerEnd.Seen.OfType<Effect.AskAdmission>()).Invitation);
        Assert.DoesNotContain(pair.CallerEnd.Sent, message => message.ToByteArray().AsSpan().IndexOf(invitation.Secret) >= 0);
    }

    [Fact]
    public void An_invitation_without_its_mac_is_refused()
    {
        var truth = new SimTruth();
        var (caller, answerer) = (new SimNode(1, truth), new SimNode(2, truth));
        var invitation = InvitationCode.Create("https://rome.example", answerer.Key.Origin, Chapters.Noon.AddDays(7), new SeededRandom(1));
        var pair = new Pair(caller, answerer, invitation);
        pair.CallerEnd.Tamper = message =>
        {
            _ = message.Proof is { } proof && Do(() => proof.InvitationMac = ByteString.Empty);
            return message;
        };
        pair.Open();

        Assert.Equal(GoodbyeReason.BadProof, pair.AnswererEnd.HangUp!.Reason);
    }

    [Fact]
    public void A_refusal_reaches_the_other_side_with_its_reason()
    {
        var pair = new Pair();
        pair.Link.Open(pair.Now);
        for (var i = 0; i < 100 && pair.AnswererEnd.Tasks.Count == 0; i++)
            pair.Link.TryStep(pair.CallerEnd.Outgoing.Count > 0 ? pair.CallerEnd : pair.AnswererEnd, new Random(1), pair.Now, (_, _, _) => { });
        pair.AnswererEnd.Tasks.Clear();

        pair.AnswererEnd.Do(pair.AnswererEnd.Conversation.Refused(GoodbyeReason.NotAPeer, "Ask the admin of Rome for an invitation."));
        pair.Run();

        Assert.Equal(new Effect.HangUp(GoodbyeReason.NotAPeer, "Ask the admin of Rome for an invitation.", ByPeer: true), pair.CallerEnd.HangUp);
    }

    [Fact]
    public void A_name_that_would_spoil_a_terminal_is_cleaned()
    {
        var pair = new Pair();
        pair.CallerEnd.Tamper = message =>
        {
            _ = message.Hello is { } hello && Do(() => hello.ChapterName = "Pa\u001b[31m\u202Eris\n" + new string('x', 500));
            return message;
        };
        pair.Open();

        Assert.Equal("Pa[31mris" + new string('x', 91), pair.AnswererEnd.Conversation.Hello!.ChapterName);
    }

    [Fact]
    public void A_handshake_that_stalls_is_given_up()
    {
        var pair = new Pair();
        pair.CallerEnd.Tamper = message => message.Hello is null ? null : message;
        pair.Open();

        pair.Tick(Limits.HandshakeTime + TimeSpan.FromSeconds(1));

        Assert.Equal(GoodbyeReason.Timeout, pair.AnswererEnd.HangUp!.Reason);
    }

    [Theory]
    [InlineData(SyncMessage.MessageOneofCase.Want)]
    [InlineData(SyncMessage.MessageOneofCase.Entries)]
    [InlineData(SyncMessage.MessageOneofCase.Checkpoints)]
    [InlineData(SyncMessage.MessageOneofCase.Heartbeat)]
    [InlineData(SyncMessage.MessageOneofCase.Proof)]
    public void Nothing_is_said_before_the_handshake(SyncMessage.MessageOneofCase kind)
    {
        var pair = new Pair();
        pair.CallerEnd.Conversation.Open(pair.Now);
        var field = SyncMessage.Descriptor.FindFieldByNumber((int)kind);
        var message = new SyncMessage();
        field.Accessor.SetValue(message, field.MessageType.Parser.ParseFrom(ByteString.Empty));

        pair.Say(message);

        Assert.Equal(GoodbyeReason.ProtocolViolation, pair.CallerEnd.HangUp!.Reason);
    }

    private static bool Change(ByteString bytes, Action<ByteString> set)
    {
        var changed = bytes.ToByteArray();
        changed[^1] ^= 1;
        set(ByteString.CopyFrom(changed));
        return true;
    }

    private static bool Do(Action change)
    {
        change();
        return true;
    }
}
