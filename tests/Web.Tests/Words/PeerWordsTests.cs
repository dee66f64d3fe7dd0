using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Web.Pages.Network;

namespace OuiShare.Federation.Web.Tests.Words;

/// <summary>What an admin reads about a peer that is not well, in her language.</summary>
public sealed class PeerWordsTests
{
    private static readonly DateTimeOffset Now = new(2026, 12, 3, 19, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_a_peer_said_is_explained_in_the_readers_language_and_kept_for_quoting()
    {
        var said = new PeerError(PeerErrorReason.PausedByPeer, "We move house.", IsSaidByPeer: true);

        var problem = Describe(said);

        Assert.Equal("Rome a mis en pause l’échange avec ce nœud.", problem.Words);
        Assert.True(problem.IsQuoted);
        Assert.False(Describe(said with { Detail = "" }).IsQuoted);
    }

    [Fact]
    public void A_reason_this_program_does_not_know_leaves_the_word_to_the_nodes_english()
    {
        var problem = Describe(new PeerError(PeerErrorReason.Unknown, "The moon is in the way."));

        Assert.Null(problem.Words);
        Assert.Equal("The moon is in the way.", problem.Error.Sentence);
        Assert.False(problem.IsQuoted || problem.HasFigures);
    }

    private static PeerProblem Describe(PeerError error)
    {
        using var services = new ServiceCollection().AddLogging().AddWords().BuildServiceProvider();
        CultureInfo.CurrentUICulture = CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("fr");
        var status = new PeerStatus(
            new string('a', 64), "Rome", "https://rome.example", PeerActivity.Refused, Now, LastContact: null, BehindEntries: 0, LackingSince: null,
            AheadEntries: 0, IsEqual: false, Received: 0, Rejected: 0, error, LastErrorAt: Now, PeerAdvice.AskPeer, NextCallAt: null, Software: "",
            ClockSkew: TimeSpan.Zero);
        return new PeerWords(services.GetRequiredService<Wording>()).Describe(status, Now).Problem!;
    }
}
