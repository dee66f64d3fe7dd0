using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol.Tests.Journal;

/// <summary>Which of two versions of an epoch counts, and what must be written again before one is dropped.</summary>
public sealed class ForkRuleTests
{
    private static readonly Hash One = Hash.OfLeaf([1]);
    private static readonly Hash Other = Hash.OfLeaf([2]);
    private static readonly RecordId Id = RecordId.From(Guid.ParseExact("00000000000000000000000000000001", "N"));

    [Fact]
    public void The_version_that_has_the_origin_s_root_counts_and_without_its_word_none()
    {
        var end = new EpochEnd(0, 3, One);

        Assert.Equal(ForkVersion.Ours, ForkRule.Decide(end, One, Other));
        Assert.Equal(ForkVersion.Theirs, ForkRule.Decide(end, Other, One));
        Assert.Equal(ForkVersion.Theirs, ForkRule.Decide(end, null, One));
        Assert.Equal(ForkVersion.Undecided, ForkRule.Decide(end, Other, null));
        Assert.Equal(ForkVersion.Undecided, ForkRule.Decide(end, One, One));
        Assert.Equal(ForkVersion.Undecided, ForkRule.Decide(null, One, Other));
    }

    [Fact]
    public void The_newest_of_a_record_must_be_said_again_and_a_withdrawal_by_a_withdrawal()
    {
        var first = new GivenUpEntry(RecordKind.Event, Id, IsWithdrawal: false, new byte[] { 1 });
        var second = first with { Record = new byte[] { 2 } };
        var withdrawal = first with { IsWithdrawal = true, Record = null };
        var lost = first with { Record = null };

        Assert.Equal([second], ForkRule.Unsaid([first, second], Later()));
        Assert.Equal([withdrawal], ForkRule.Unsaid([first, withdrawal, second], Later()));
        Assert.Empty(ForkRule.Unsaid([first], Later(isWithdrawn: false)));
        Assert.Equal([withdrawal], ForkRule.Unsaid([withdrawal], Later(isWithdrawn: false)));
        Assert.Empty(ForkRule.Unsaid([withdrawal], Later(isWithdrawn: true)));
        Assert.Empty(ForkRule.Unsaid([lost], Later()));
    }

    [Fact]
    public void Ends_are_read_as_they_were_written_and_nothing_else_is_believed()
    {
        using var key = Chapters.Key(1);
        var head = Chapters.Journal(key, 5, seed: 1).Head;
        var record = EpochEnds.Write(0, head, [head]);

        Assert.Equal(new EpochEnd(0, 5, head.Range.Root()), Assert.Single(EpochEnds.Read(1, Google.Protobuf.MessageExtensions.ToByteArray(record))).Value);
        Assert.Equal((0U, 5UL), (record.PreviousEpoch, record.ContinuesFrom));
        // An epoch says nothing of itself or of what follows.
        Assert.Empty(EpochEnds.Read(0, Google.Protobuf.MessageExtensions.ToByteArray(record)));
        record.Ends[0].Root = Google.Protobuf.ByteString.CopyFrom(1);
        Assert.Empty(EpochEnds.Read(1, Google.Protobuf.MessageExtensions.ToByteArray(record)));
        Assert.Empty(EpochEnds.Read(1, [0xFF, 0xFF]));
    }

    [Fact]
    public void Only_the_origin_s_word_gives_a_copy_up_and_only_one_that_reaches_so_far()
    {
        var end = new EpochEnd(0, 3, One);

        Assert.True(ForkRule.IsGivenUp(end, Other));
        Assert.False(ForkRule.IsGivenUp(end, One));
        Assert.False(ForkRule.IsGivenUp(end, null));
        Assert.False(ForkRule.IsGivenUp(null, Other));
    }

    [Fact]
    public void A_proven_fork_is_left_until_its_origin_decides_and_then_searched()
    {
        using var key = Chapters.Key(1);
        var note = Chapters.Journal(key, 5, seed: 1).Head.Checkpoint;
        Effect.Reject Rejected(RejectReason reason, bool hasNote = true) => new(note.Checkpoint.Journal, reason, "", null, hasNote ? note : null);

        Assert.Equal(RejectStep.Quarantine, ForkRule.AfterReject(Rejected(RejectReason.Fork), isOwn: false, isDecided: false));
        Assert.Equal(RejectStep.Search, ForkRule.AfterReject(Rejected(RejectReason.Fork), isOwn: false, isDecided: true));
        Assert.Equal(RejectStep.Search, ForkRule.AfterReject(Rejected(RejectReason.Fork), isOwn: true, isDecided: false));
        Assert.Equal(RejectStep.SearchProof, ForkRule.AfterReject(Rejected(RejectReason.WrongRoot), isOwn: false, isDecided: false));
        Assert.Equal(RejectStep.Search, ForkRule.AfterReject(Rejected(RejectReason.GivenUp), isOwn: false, isDecided: true));
        Assert.Equal(RejectStep.None, ForkRule.AfterReject(Rejected(RejectReason.BadEntries), isOwn: false, isDecided: false));
        Assert.Equal(RejectStep.None, ForkRule.AfterReject(Rejected(RejectReason.WrongRoot, hasNote: false), isOwn: true, isDecided: false));
    }

    /// <summary>A peer's word and the entries come on different ways, and nothing may wait for what is there.</summary>
    [Fact]
    public void What_is_on_disk_already_when_a_peer_s_word_is_heard_is_not_waited_for()
    {
        var takingBack = new TakingBack();
        var journal = new JournalId(Chapters.OriginOf(1), 1);

        Assert.False(takingBack.Hear(journal, held: 7, written: 1, ours: 11));
        Assert.False(takingBack.IsWanting);
        Assert.True(takingBack.Hear(journal, held: 12, written: 1, ours: 11));
        Assert.True(takingBack.IsWanting);
    }

    private static Dictionary<(RecordKind, RecordId), bool> Later(bool? isWithdrawn = null) =>
        isWithdrawn is { } said ? new() { [(RecordKind.Event, Id)] = said } : [];
}
