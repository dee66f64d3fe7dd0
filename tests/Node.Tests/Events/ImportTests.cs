using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Events;

public sealed class ImportTests(TestNode node) : IClassFixture<TestNode>
{
    private readonly IEventGrain _event = node.Event(Guid.CreateVersion7(Samples.Now));

    [Fact]
    public async Task Importing_twice_changes_nothing_the_second_time()
    {
        Assert.Equal(ImportChange.Created, (await _event.TryImport(Samples.Event())).Change);
        Assert.Null(await _event.Read());
        Assert.Equal(ImportChange.Created, (await _event.Import(Samples.Event(), Actor.Operator)).Change);

        Assert.Equal(ImportChange.Unchanged, (await _event.Import(Samples.Event(), Actor.Operator)).Change);
        Assert.Equal(ImportChange.Unchanged, (await _event.TryImport(Samples.Event())).Change);
        Assert.Equal(0U, (await PublishedAsync()).Sequence);
    }

    [Fact]
    public async Task What_changed_in_the_calendar_is_updated()
    {
        await _event.Import(Samples.Event(), Actor.Operator);

        Assert.Equal(ImportChange.Updated, (await _event.Import(Samples.Event("Nouveau titre"), Actor.Operator)).Change);

        Assert.Equal("Nouveau titre", (await PublishedAsync()).Title.Translations[0].Text);
    }

    [Fact]
    public async Task What_a_connector_improved_here_stays_until_the_calendar_itself_changes()
    {
        await _event.Import(Samples.Event(), Actor.Operator);
        await _event.Publish(Samples.Event("Titre soigné"), baseSequence: null, Samples.Connector);

        Assert.Equal(ImportChange.Unchanged, (await _event.Import(Samples.Event(), Actor.Operator)).Change);
        Assert.Equal("Titre soigné", (await PublishedAsync()).Title.Translations[0].Text);
        Assert.Equal(ImportChange.Updated, (await _event.Import(Samples.Event("Reporté"), Actor.Operator)).Change);
        Assert.Equal("Reporté", (await PublishedAsync()).Title.Translations[0].Text);
    }

    [Fact]
    public async Task What_was_taken_back_stays_taken_back()
    {
        await _event.Import(Samples.Event(), Actor.Operator);
        await _event.Withdraw(Samples.Connector);

        Assert.Equal(ImportChange.Unchanged, (await _event.Import(Samples.Event("Encore"), Actor.Operator)).Change);

        Assert.True((await _event.Read())!.IsWithdrawn);
    }

    [Fact]
    public async Task What_breaks_rules_is_rejected_with_the_rule()
    {
        var wrong = Samples.Event();
        wrong.Time.Zone = "Nowhere/AtAll";

        var outcome = await _event.Import(wrong, Actor.Operator);

        Assert.Equal((ImportChange.Rejected, "time.zone"), (outcome.Change, Assert.Single(outcome.Violations).Field));
    }

    private async Task<EventRecord> PublishedAsync() => (await _event.Read())!.Published!;
}
