using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Events;

public sealed class PublishingTests(TestNode node) : IClassFixture<TestNode>
{
    [Fact]
    public async Task A_published_event_is_read_back_whole()
    {
        var (id, done) = await node.PublishAsync(Samples.Event("Apéro des communs", capacity: 12));

        var found = Assert.IsType<EventLookup.Found>(Find(id)).Event;
        Assert.Equal("Apéro des communs", found.Record.Title.Translations[0].Text);
        Assert.Equal((0U, EventStatus.Confirmed), (found.Record.Sequence, found.Record.Status));
        Assert.Equal(done.Position, found.Place.Position);
        Assert.True(found.IsOwn);
        Assert.Equal("OuiShare Paris", found.ChapterName);
        Assert.Equal(new Seats(12, 0), node.Get<EventDirectory>().FindSeats(id));
        Assert.Contains(RecordId.From(id).ToString(), found.Record.Uid, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publishing_the_same_again_appends_nothing()
    {
        var (id, _) = await node.PublishAsync(Samples.Event());
        var size = node.Files.Register.Find(node.Files.Own.Journal)!.Size;

        var again = Assert.IsType<EventResult.Done>(await node.Event(id).Publish(Samples.Event(), baseSequence: 0, Samples.Connector));

        Assert.Null(again.Position);
        Assert.Equal(size, node.Files.Register.Find(node.Files.Own.Journal)!.Size);
    }

    [Fact]
    public async Task A_new_version_raises_the_sequence_and_keeps_the_uid()
    {
        var imported = Samples.Event();
        imported.Uid = "from-a-calendar@example.org";
        var (id, _) = await node.PublishAsync(imported);

        await node.Event(id).Publish(Samples.Event("Autre titre"), baseSequence: 0, Samples.Connector);

        var record = Assert.IsType<EventLookup.Found>(Find(id)).Event.Record;
        Assert.Equal((1U, "from-a-calendar@example.org", "Autre titre"), (record.Sequence, record.Uid, record.Title.Translations[0].Text));
    }

    [Fact]
    public async Task A_change_made_from_an_older_version_is_stale_and_shows_the_newer()
    {
        var (id, _) = await node.PublishAsync(Samples.Event());
        await node.Event(id).Publish(Samples.Event("Version deux"), baseSequence: 0, Samples.Connector);

        var stale = Assert.IsType<EventResult.Stale>(await node.Event(id).Publish(Samples.Event("Version trois"), baseSequence: 0, Samples.Connector));

        Assert.Equal("Version deux", stale.Event.Published!.Title.Translations[0].Text);
        Assert.Equal(1U, stale.Event.Published.Sequence);
    }

    [Fact]
    public async Task Of_two_changes_made_from_one_version_at_once_one_is_stale()
    {
        var (id, _) = await node.PublishAsync(Samples.Event());

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(number =>
            node.Event(id).Publish(Samples.Event($"Titre {number}"), baseSequence: 0, Samples.Connector)));

        Assert.Single(results.OfType<EventResult.Done>());
        Assert.Equal(7, results.OfType<EventResult.Stale>().Count());
    }

    public static TheoryData<string, string, Action<EventRecord>> Breaches => new()
    {
        { "title", "TITLE_MISSING", record => record.Title = null },
        { "time", "TIME_MISSING", record => record.Time = null },
        { "time.zone", "ZONE_UNKNOWN", record => record.Time.Zone = "Europe/Atlantis" },
        { "time.start", "TIME_UNREADABLE", record => (record.Time.Start, record.Time.End) = ("2026-02-30T19:00", "2026-02-30T20:00") },
        { "time.end", "", record => record.Time.End = "2026-12-02T19:00" },
        { "link", "", record => record.Link = "javascript:alert(1)" },
        { "online_url", "", record => record.OnlineUrl = "https://user@example.org" },
        { "place.country", "", record => record.Place.Country = "France" },
        { "tags", "", record => record.Tags.Add("CAPITALS") },
        { "spoken_languages", "", record => record.SpokenLanguages.Add("not a language") },
        { "description", "EVENT_TOO_LARGE", record => record.Description = Samples.Text(new string('x', 70_000)) },
    };

    [Theory]
    [MemberData(nameof(Breaches))]
    public async Task Every_breach_of_a_rule_has_its_field_and_a_sentence(string field, string reason, Action<EventRecord> breach)
    {
        var record = Samples.Event();
        breach(record);
        var size = node.Files.Register.Find(node.Files.Own.Journal)!.Size;
        var id = Guid.CreateVersion7(Samples.Now);

        var refused = Assert.IsType<EventResult.Refused>(await node.Event(id).Publish(record, baseSequence: null, Samples.Connector));

        Assert.Contains(refused.Violations, violation => violation.Field.StartsWith(field, StringComparison.Ordinal));
        Assert.All(refused.Violations, violation => Assert.Matches(@"^\S.{10,}\.$", violation.Sentence));
        if (reason.EndsWith("UNKNOWN", StringComparison.Ordinal) || reason.EndsWith("LARGE", StringComparison.Ordinal))
            Assert.Contains(refused.Violations, violation => violation.Reason == reason);
        Assert.Equal(size, node.Files.Register.Find(node.Files.Own.Journal)!.Size);
        Assert.Null(await node.Event(id).Read());
    }

    [Fact]
    public async Task A_cancelled_event_stays_listed_with_its_reason_and_can_be_reinstated()
    {
        var (id, _) = await node.PublishAsync(Samples.Event());

        Assert.IsType<EventResult.Done>(await node.Event(id).Cancel(Samples.Text("Il pleut"), Samples.Connector));
        var cancelled = Assert.IsType<EventLookup.Found>(Find(id)).Event.Record;
        Assert.IsType<EventResult.Done>(await node.Event(id).Reinstate(Samples.Connector));
        var reinstated = Assert.IsType<EventLookup.Found>(Find(id)).Event.Record;

        Assert.Equal((EventStatus.Cancelled, "Il pleut", 1U), (cancelled.Status, cancelled.Cancellation.Translations[0].Text, cancelled.Sequence));
        Assert.Equal((EventStatus.Confirmed, null, 2U), (reinstated.Status, reinstated.Cancellation, reinstated.Sequence));
    }

    [Fact]
    public async Task A_withdrawn_event_is_gone_for_ever_and_its_content_is_a_draft_under_another_id()
    {
        var (id, _) = await node.PublishAsync(Samples.Event("Une erreur"));

        var done = Assert.IsType<EventResult.Done>(await node.Event(id).Withdraw(Samples.Connector));

        Assert.IsType<EventLookup.Withdrawn>(Find(id));
        Assert.IsType<EventResult.Withdrawn>(await node.Event(id).Publish(Samples.Event(), baseSequence: null, Samples.Connector));
        Assert.IsType<EventResult.Withdrawn>(await node.Event(id).SaveDraft(Samples.Event(), Samples.Connector));
        Assert.IsType<EventResult.Withdrawn>(await node.Event(id).Cancel(reason: null, Samples.Connector));
        Assert.IsType<EventResult.Withdrawn>(await node.Event(id).Withdraw(Samples.Connector));
        var draft = await node.Event(done.DraftId!.Value).Read();
        Assert.Equal("Une erreur", draft!.Draft!.Title.Translations[0].Text);
        Assert.Equal(Samples.Connector.MemberId, draft.AuthorId);
        var anew = Assert.IsType<EventResult.Done>(await node.Event(done.DraftId.Value).Publish(draft.Draft, baseSequence: null, Samples.Connector));
        Assert.NotNull(anew.Position);
    }

    [Fact]
    public async Task What_does_not_exist_is_unknown()
    {
        var nobody = node.Event(Guid.CreateVersion7(Samples.Now));

        Assert.Null(await nobody.Read());
        Assert.IsType<EventResult.Unknown>(await nobody.Cancel(reason: null, Samples.Connector));
        Assert.IsType<EventResult.Unknown>(await nobody.Reinstate(Samples.Connector));
        Assert.IsType<EventResult.Unknown>(await nobody.Withdraw(Samples.Connector));
        Assert.IsType<EventResult.Unknown>(await nobody.Discard(Samples.Connector));
    }

    [Fact]
    public async Task Members_and_visitors_publish_nothing_whatever_they_call()
    {
        var (id, _) = await node.PublishAsync(Samples.Event());

        foreach (var actor in (Actor[])[Samples.Member, Samples.Visitor])
        {
            Assert.IsType<EventResult.Forbidden>(await node.Event(id).Publish(Samples.Event("Pas à moi"), baseSequence: null, actor));
            Assert.IsType<EventResult.Forbidden>(await node.Event(id).Cancel(reason: null, actor));
            Assert.IsType<EventResult.Forbidden>(await node.Event(id).Reinstate(actor));
            Assert.IsType<EventResult.Forbidden>(await node.Event(id).Withdraw(actor));
            Assert.Equal(ImportChange.Rejected, (await node.Event(id).Import(Samples.Event("Pas à moi"), actor)).Change);
        }

        Assert.Equal(0U, Assert.IsType<EventLookup.Found>(Find(id)).Event.Record.Sequence);
    }

    private EventLookup Find(Guid id) => node.Get<EventDirectory>().Find(node.Files.Own.Origin, id);
}
