using System.Text;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol.Tests.Vectors;

/// <summary>Reads <c>tests/vectors</c> as a node in another language would, and holds this one against them.</summary>
public sealed class VectorTests
{
    [Fact]
    public void Identities_follow_from_seeds()
    {
        foreach (var vector in VectorFile.Read("identities"))
        {
            using var key = NodeKey.FromSeed(vector.Bytes("seed"));

            Assert.Equal(vector.Text("origin"), key.Origin.ToString());
            Assert.Equal(vector.Text("short"), key.Origin.Short);
            Assert.Equal(vector.Text("record_id"), RecordId.FromUid(key.Origin, vector.Text("uid")).ToString());
        }
    }

    [Fact]
    public void Trees_have_their_roots()
    {
        foreach (var vector in VectorFile.Read("trees"))
        {
            var range = new MerkleRange();
            foreach (var leaf in vector["leaves"]!.AsArray())
                range.Append(Hash.OfLeaf(Convert.FromHexString(leaf!.GetValue<string>())));

            Assert.Equal(vector.Text("root"), range.Root().ToString());
            Assert.Equal(vector.Bytes("range"), range.ToBytes());
        }
    }

    [Fact]
    public void Checkpoints_are_verified_or_refused_for_their_reason()
    {
        foreach (var vector in VectorFile.Read("checkpoints"))
        {
            var result = SignedCheckpoint.Verify(Encoding.UTF8.GetBytes(vector.Text("note")));

            Assert.Equal(vector["refusal"]?.GetValue<string>(), (result as CheckpointVerification.Refused)?.Reason.ToString());
            Assert.True(vector.IsValid() == result is CheckpointVerification.Verified, vector.Text("reason"));
        }
    }

    [Fact]
    public void Entries_are_read_or_refused()
    {
        foreach (var vector in VectorFile.Read("entries"))
        {
            var isRead = EntryHeader.TryRead(vector.Bytes("entry"), out var header, out _);

            Assert.True(vector.IsValid() == isRead, vector.Text("reason"));
            if (!isRead)
                continue;
            Assert.Equal(vector.Text("origin"), header.Journal.Origin.ToString());
            Assert.Equal(vector.Number("position"), header.Position);
            Assert.Equal(vector.Text("record_id"), header.RecordId.ToString());
            Assert.Equal(vector.Text("body_hash"), header.BodyHash?.ToString() ?? "");
            Assert.Equal(vector.Text("leaf_hash"), Hash.OfLeaf(vector.Bytes("entry")).ToString());
        }
    }

    /// <summary>Our own reader and the one every other language generates must agree on what an entry says.</summary>
    [Fact]
    public void Entries_say_the_same_to_a_generated_reader()
    {
        foreach (var vector in VectorFile.Read("entries").Where(vector => vector.IsValid()))
        {
            var entry = Entry.Parser.ParseFrom(vector.Bytes("entry"));

            Assert.Equal(vector.Number("position"), entry.Position);
            Assert.Equal(vector.Number("epoch"), entry.Epoch);
            Assert.Equal(vector["kind"]!.GetValue<int>(), (int)entry.Kind);
            Assert.Equal(vector.Text("body_hash"), Convert.ToHexStringLower(entry.BodyHash.Span));
        }
    }

    [Fact]
    public void Ranges_are_verified_or_refused_for_their_reason()
    {
        foreach (var vector in VectorFile.Read("ranges"))
        {
            var journal = new JournalId(Origin.Parse(vector.Text("origin")), (uint)vector.Number("epoch"));
            var held = MerkleRange.FromBytes(vector.Number("held_size"), vector.Bytes("held_range"));

            var result = RangeVerifier.Verify(journal, Entries.Parser.ParseFrom(vector.Bytes("message")), held);

            Assert.Equal(vector["refusal"]?.GetValue<string>(), (result as RangeVerification.Refused)?.Reason.ToString());
            Assert.True(vector.IsValid() == result is RangeVerification.Verified, vector.Text("reason"));
        }
    }

    [Fact]
    public void Frontiers_have_their_digests()
    {
        foreach (var vector in VectorFile.Read("frontiers"))
        {
            var held = vector["held"]!.AsArray().Select(node => node!.AsObject()).Select(journal => new Checkpoint(
                new JournalId(Origin.Parse(journal.Text("origin")), (uint)journal.Number("epoch")),
                journal.Number("size"),
                Hash.FromBytes(journal.Bytes("root"))));

            Assert.Equal(vector.Text("digest"), FrontierDigest.Of(held).ToString());
        }
    }

    [Fact]
    public void Handshakes_have_their_proofs()
    {
        foreach (var vector in VectorFile.Read("handshakes"))
        {
            var caller = Hello.Parser.ParseFrom(vector.Bytes("caller_hello"));
            var answerer = Hello.Parser.ParseFrom(vector.Bytes("answerer_hello"));

            var transcript = Handshake.Transcript(ConversationRole.Caller, caller, answerer);

            Assert.Equal(vector.Bytes("caller_transcript"), transcript);
            Assert.True(Origin.FromBytes(caller.Origin.Span).Verify(transcript, vector.Bytes("caller_signature")));
            Assert.Equal(vector.Bytes("answerer_transcript"), Handshake.Transcript(ConversationRole.Answerer, answerer, caller));
            Assert.True(Origin.FromBytes(answerer.Origin.Span).Verify(vector.Bytes("answerer_transcript"), vector.Bytes("answerer_signature")));
        }
    }

    [Fact]
    public void Invitations_are_read_or_refused()
    {
        foreach (var vector in VectorFile.Read("invitations"))
        {
            var reading = InvitationCode.Read(vector.Text("text"));

            Assert.True(vector.IsValid() == reading is InvitationReading.Read, vector.Text("reason"));
            if (reading is InvitationReading.Read { Code: var code })
                Assert.Equal((vector.Text("origin"), vector.Text("invitation_id")), (code.Origin.ToString(), code.Id.ToString()));
        }
    }
}
