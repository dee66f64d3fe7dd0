using OuiShare.Federation.Cli.Commands;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Tests.Commands;

/// <summary>The rules by which a first sync is watched.</summary>
public sealed class FirstSyncTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_total_is_the_most_that_ever_lacked()
    {
        var sync = new FirstSync(Start);

        sync.Observe(Samples.Rome(PeerState.Syncing, behind: 100), Start);
        var step = Assert.IsType<SyncStep.GoesOn>(sync.Observe(Samples.Rome(PeerState.Syncing, behind: 25, received: 75), Start));

        Assert.Equal((75UL, 100UL), (step.Held, step.Total));
    }

    [Fact]
    public void A_slow_sync_that_moves_is_not_stalled()
    {
        var sync = new FirstSync(Start);

        for (var minute = 0; minute < 60; minute++)
            Assert.IsType<SyncStep.GoesOn>(sync.Observe(Samples.Rome(PeerState.Syncing, behind: 100, received: (ulong)minute), Start.AddMinutes(minute)));
    }

    [Fact]
    public void A_peer_called_again_and_again_without_success_is_stalled()
    {
        var sync = new FirstSync(Start);

        for (var second = 0; second < 120; second++)
        {
            var state = second % 2 == 0 ? PeerState.Connecting : PeerState.Unreachable;
            Assert.IsType<SyncStep.GoesOn>(sync.Observe(Samples.Rome(state), Start.AddSeconds(second)));
        }

        Assert.IsType<SyncStep.Stalled>(sync.Observe(Samples.Rome(PeerState.Connecting), Start.AddSeconds(120)));
    }

    [Fact]
    public void Up_to_date_with_entries_lacking_is_not_done()
    {
        Assert.IsType<SyncStep.GoesOn>(new FirstSync(Start).Observe(Samples.Rome(PeerState.UpToDate, behind: 1), Start));
    }

    [Fact]
    public void A_peer_that_is_gone_stops_it()
    {
        Assert.IsType<SyncStep.Stopped>(new FirstSync(Start).Observe(peer: null, Start));
    }
}
