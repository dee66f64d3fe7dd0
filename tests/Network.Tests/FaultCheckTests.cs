using OuiShare.Federation.Faults;
using OuiShare.Federation.Faults.Checking;
using OuiShare.Federation.Faults.Damage;
using Xunit.Abstractions;

namespace OuiShare.Federation.Network.Tests;

/// <summary>
/// Whether the fault run (tests/Faults) sees what it is there to see. A checker that finds nothing wrong looks exactly like a node that does
/// nothing wrong, so each thing that it must find is made here by hand.
/// </summary>
public sealed class FaultCheckTests(ITestOutputHelper output)
{
    private const string Origin = "00000000000000000000000000000000000000000000000000000000000000aa";
    private const string NewestRoot = "1111111111111111";

    [Fact]
    public void What_was_acknowledged_and_is_there_is_not_lost()
    {
        Assert.Empty(LostOf(Published(), Shown("Dinner v0")));
        Assert.Empty(LostOf(Changed(), Shown("Dinner v1")));
        Assert.Empty(LostOf(Withdrawn(), new Seen.Absent()));
    }

    [Fact]
    public void A_missing_or_unreadable_write_is_lost()
    {
        Assert.Single(LostOf(Published(), new Seen.Absent()));
        Assert.Single(LostOf(Published(), new Seen.Unreadable("The node made a mistake.")));
    }

    [Fact]
    public void An_older_version_than_the_acknowledged_one_is_a_loss()
    {
        Assert.Single(LostOf(Changed(), Shown("Dinner v0")));
    }

    [Fact]
    public void Words_that_nobody_wrote_are_a_loss()
    {
        Assert.Single(LostOf(Published(), Shown("Dinnes v0")));
        Assert.Single(LostOf(Published(), Shown("Dinner w0")));
        Assert.Single(LostOf(Published(), Shown("Dinner v00")));
        Assert.Single(LostOf(Published(), Shown("Dinner v1")));
        Assert.Single(LostOf(Published(), Shown("")));
        Assert.Single(LostOf(Published(), new Seen.Shown("Dinner v0", WrittenEvent.DescriptionFor("Dinner v0") + "!")));
    }

    [Fact]
    public void A_withdrawn_event_that_comes_back_is_a_loss()
    {
        Assert.Single(LostOf(Withdrawn(), Shown("Dinner v0")));
    }

    [Fact]
    public void What_was_asked_and_not_answered_may_be_there_or_not()
    {
        var changing = Published();
        changing.AskVersion();
        var withdrawing = Published();
        withdrawing.AskWithdrawal();

        Assert.Empty(LostOf(changing, Shown("Dinner v0")));
        Assert.Empty(LostOf(changing, Shown("Dinner v1")));
        Assert.Single(LostOf(changing, new Seen.Absent()));
        Assert.Empty(LostOf(withdrawing, Shown("Dinner v0")));
        Assert.Empty(LostOf(withdrawing, new Seen.Absent()));
    }

    [Fact]
    public void Nodes_that_hold_the_same_do_not_differ()
    {
        Assert.Null(HistoryChecker.FindDifference([Held("Arles"), Held("Bastia"), Held("Cannes")]));
    }

    [Fact]
    public void Every_way_to_hold_something_else_is_a_difference()
    {
        var equal = Held("Arles");
        var journal = equal.Journals[0];

        Assert.Contains("with root 22222222", DifferenceTo(equal with { Node = "Bastia", Journals = [journal with { Root = "2222222222222222" }] }));
        Assert.Contains("6 entries", DifferenceTo(equal with { Node = "Bastia", Journals = [journal with { Size = 6 }] }));
        Assert.Contains("nothing of", DifferenceTo(equal with { Node = "Bastia", Journals = [journal, journal with { Epoch = 1 }] }));
        Assert.Contains("no longer follows", DifferenceTo(equal with { Node = "Bastia", Journals = [journal with { Quarantine = "Two roots." }] }));
        Assert.Contains("holds no journal", DifferenceTo(equal with { Node = "Bastia", Journals = [] }));
        Assert.Contains("digests", DifferenceTo(equal with { Node = "Bastia", FrontierDigest = "other" }));
        Assert.Contains("finds 5 events", DifferenceTo(equal with { Node = "Bastia", Events = 4 }));
    }

    [Fact]
    public void A_round_is_right_only_when_nothing_is_lost_all_is_equal_and_somebody_was_told()
    {
        Assert.True(Told().IsRight);
        Assert.True(new Round("kill", 1) { AreRootsEqual = true, MustBeTold = false }.IsRight);
        Assert.Equal(["nobody was told"], new Round("kill", 1) { AreRootsEqual = true }.Complaints());
        Assert.False(new Round("kill", 1) { AreRootsEqual = true }.IsRight);

        var lost = Told();
        lost.Lost = 1;
        var unequal = Told();
        unequal.AreRootsEqual = false;
        var wrong = Told();
        wrong.Complain("A node ended.");
        Assert.False(lost.IsRight);
        Assert.False(unequal.IsRight);
        Assert.False(wrong.IsRight);
    }

    [Fact]
    public void A_process_must_end_with_a_code_and_a_sentence()
    {
        Assert.Null(new NodeEnd(74, "The disk failed.", IsTrace: false).Wrong);
        Assert.NotNull(new NodeEnd(0, "The disk failed.", IsTrace: false).Wrong);
        Assert.NotNull(new NodeEnd(74, "", IsTrace: false).Wrong);
        Assert.NotNull(new NodeEnd(134, "Unhandled exception.", IsTrace: true).Wrong);
    }

    [Fact]
    public void A_seed_replays_the_same_faults_also_when_only_one_is_asked_for()
    {
        var (first, again, only) = (new Schedule(["kill", "full", "freeze"], seed: 7), new Schedule(["kill", "full", "freeze"], seed: 7), new Schedule(["full"], seed: 7));
        var story = Take(first, 9);

        Assert.Equal(story, Take(again, 9));
        Assert.Equal(story.Where(turn => turn.Fault == "full"), Take(only, 3));
        Assert.NotEqual(story, Take(new Schedule(["kill", "full", "freeze"], seed: 8), 9));
        Assert.All(story.Chunk(3), turn => Assert.Equal(["freeze", "full", "kill"], turn.Select(fault => fault.Fault).Order()));
    }

    [Fact]
    public void Only_names_whole_words_of_a_fault()
    {
        var options = FaultOptions.Parse(["--only", "kill,flip-member", "--seed", "5"])!;

        Assert.True(options.Includes("kill"));
        Assert.True(options.Includes("kill-start"));
        Assert.False(options.Includes("flip-members"));
        Assert.Equal(["flip-member"], options.UnknownOf(["kill", "flip-members"]));
        Assert.Null(FaultOptions.Parse(["--minutes", "none"]));
        Assert.Null(FaultOptions.Parse(["--only"]));
    }

    /// <summary>The flips must strike in the table they name, or the table of what nodes say about them is worth nothing.</summary>
    [Fact]
    public async Task A_flipped_bit_is_where_it_was_meant_to_be()
    {
        await using var network = new TestNetwork(output);
        var node = await network.StartAsync("Arles");
        await node.PublishAsync("Kept", 40);
        await node.StopAsync();
        var database = Path.Combine(node.Folder, "node.db");
        var file = SqliteFile.Read(database);
        var entries = file.Trees().Single(tree => tree.Name == "entries");
        // The chapter's own record is an entry too.
        Assert.Equal(41, file.LeavesOf(entries.Root).Sum(leaf => file.CellsOf(leaf).Count));
        Assert.Null(BitFlips.FlipValue(database, "drafts", new Random(1)));

        output.WriteLine(BitFlips.FlipValue(database, "bodies", new Random(1)));
        await node.StartAsync();
        var report = await node.VerifyAsync();

        Assert.Equal(1u, report.ProblemCount);
        Assert.Contains("text of entry", report.Problems.Single());
    }

    private static IReadOnlyList<WrittenEvent> LostOf(WrittenEvent written, Seen seen) => HistoryChecker.FindLost([written], [seen]);

    private static Seen.Shown Shown(string title) => new(title, WrittenEvent.DescriptionFor(title));

    private static WrittenEvent Published() => new(Origin, "01", "Dinner");

    private static WrittenEvent Changed()
    {
        var changed = Published();
        changed.AskVersion();
        changed.AcknowledgeVersion();
        return changed;
    }

    private static WrittenEvent Withdrawn()
    {
        var withdrawn = Published();
        withdrawn.AskWithdrawal();
        withdrawn.AcknowledgeWithdrawal();
        return withdrawn;
    }

    private static HeldState Held(string node) => new(node, [new HeldJournal(Origin, 0, 5, NewestRoot, "")], "digest", Events: 5);

    private static string? DifferenceTo(HeldState other) => HistoryChecker.FindDifference([Held("Arles"), other]);

    private static Round Told()
    {
        var round = new Round("kill", 1) { AreRootsEqual = true };
        round.Tell(TimeSpan.FromSeconds(1), "Arles: Bastia is away.");
        return round;
    }

    private static List<(string Fault, int Number, int Chance)> Take(Schedule schedule, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => schedule.Next()).Select(turn => (turn.Fault, turn.Number, turn.Random.Next()))];
}
