using Microsoft.Extensions.Logging.Abstractions;
using OuiShare.Federation.Node.Integrity;
using OuiShare.Federation.Node.Journal;

namespace OuiShare.Federation.Node.Tests.Integrity;

/// <summary>The background check: how far it is survives a restart, and so does what it found.</summary>
public sealed class ScrubTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_check_that_was_cut_short_goes_on_where_it_was()
    {
        var node = await TestNode.StartAsync(_folder.Path);
        await Task.WhenAll(Enumerable.Range(0, 600).Select(number => node.PublishAsync(Samples.Event($"Apéro {number}"))));
        var inspection = node.Get<DatabaseInspection>();
        var journal = node.Get<JournalRegister>().All.Single();
        var (whole, rest) = (new Findings(), new Findings());
        var pieces = new List<ScrubPlace>();

        await inspection.RunSlowlyAsync(
            whole,
            default,
            place =>
            {
                pieces.Add(place);
                return Task.CompletedTask;
            },
            CancellationToken.None);
        await inspection.RunSlowlyAsync(rest, pieces[0], _ => Task.CompletedTask, CancellationToken.None);

        Assert.Equal((journal.Size, journal.Size - IntegrityLimits.Block), (whole.Entries, rest.Entries));
        Assert.Equal(new ScrubPlace(journal.Number, IntegrityLimits.Block), pieces[0]);
        Assert.Empty(whole.Damages.Concat(rest.Damages));
        await node.StopAsync();
    }

    [Fact]
    public void What_is_known_outlives_the_process_and_a_file_that_is_no_list_any_more_is_begun_anew()
    {
        var journal = new Protocol.JournalId(Protocol.Origin.Parse(new string('a', 64)), 3);
        var register = new DamageRegister(_folder.Path, TimeProvider.System, NullLogger<DamageRegister>.Instance);
        register.Add(Damage.Text(journal, 7));
        register.Add(Damage.Derived("records", "The table records is damaged."));
        register.Remember(new ScrubMark(2, 512, Samples.Now));

        var again = new DamageRegister(_folder.Path, TimeProvider.System, NullLogger<DamageRegister>.Instance);

        Assert.Equal(register.List(), again.List());
        Assert.Equal(new ScrubMark(2, 512, Samples.Now), again.Mark);
        Assert.Equal(2, again.FindProblems().Count);
        again.Remove(_ => true);
        Assert.Empty(new DamageRegister(_folder.Path, TimeProvider.System, NullLogger<DamageRegister>.Instance).List());
        File.WriteAllText(_folder.File("damage.json"), "{");
        Assert.Empty(new DamageRegister(_folder.Path, TimeProvider.System, NullLogger<DamageRegister>.Instance).List());
    }
}
