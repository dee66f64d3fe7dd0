using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.Node.Problems;
using OuiShare.Federation.Node.Search;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.Search;
using OuiShare.Federation.V1;
using Origin = OuiShare.Federation.Protocol.Origin;

namespace OuiShare.Federation.Node.Tests.Search;

/// <summary>
/// Whatever one record does to whoever reads it, the others go on, the admin is told, and nothing is forgotten. No known record does harm any
/// more, so here the reader is made to stumble over a title.
/// </summary>
public sealed class SetAsideTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private TestNode _node = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync() => _node = await StartAsync(stumbles: true);

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await _node.StopAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_record_that_makes_its_reader_throw_is_set_aside_alone_and_told()
    {
        await _node.PublishAsync(Samples.Event("Avant"));
        await _node.PublishAsync(Samples.Event("Piège"));
        await _node.PublishAsync(Samples.Event("Après"));

        await HasReadAllAsync();

        Assert.Equal(["Après", "Avant"], await TitlesAsync());
        var problem = Assert.Single(_node.Get<NodeProblems>().List());
        Assert.Equal((NodeProblemReason.RecordsSetAside, "1"), (problem.Reason, problem.Values[0]));
        var report = _node.Get<SetAsideReport>();
        var record = Assert.Single(report.List());
        Assert.Equal(("Piège", "OuiShare Paris"), (report.TitleOf(record), report.ChapterOf(record)));
        Assert.Contains("Piège", report.RawOf(record), StringComparison.Ordinal);
        Assert.DoesNotContain("Piège", record.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restart_forgets_nothing_and_what_can_be_read_again_is_shown_when_asked()
    {
        await _node.PublishAsync(Samples.Event("Piège"));
        await HasReadAllAsync();
        await RestartAsync(stumbles: true);
        var report = _node.Get<SetAsideReport>();
        var record = Assert.Single(report.List());
        Assert.IsType<Stumbling>(_node.Get<SearchDocuments>()).IsWell = true;

        Assert.True(await report.RetryAsync(SetAsideReport.PlaceOf(record), CancellationToken.None));

        await Eventually.HoldsAsync(() => Assert.Empty(report.List()));
        Assert.Equal(["Piège"], await TitlesAsync());
        Assert.Empty(_node.Get<NodeProblems>().List());
        await RestartAsync(stumbles: true);
        Assert.Empty(_node.Get<SetAsideReport>().List());
    }

    [Fact]
    public async Task What_is_skipped_is_told_no_more_and_what_still_fails_stays()
    {
        await _node.PublishAsync(Samples.Event("Piège"));
        await HasReadAllAsync();
        var report = _node.Get<SetAsideReport>();
        var place = SetAsideReport.PlaceOf(Assert.Single(report.List()));
        Assert.False(await report.SkipAsync("nothing", CancellationToken.None));

        Assert.True(await report.SkipAsync(place, CancellationToken.None));
        Assert.Empty(_node.Get<NodeProblems>().List());
        await RestartAsync(stumbles: true);
        Assert.Empty(_node.Get<NodeProblems>().List());

        Assert.True(await _node.Get<SetAsideReport>().RetryAsync(place, CancellationToken.None));
        await Eventually.HoldsAsync(() => Assert.Single(_node.Get<NodeProblems>().List()));
    }

    [Fact]
    public async Task A_newer_version_of_the_program_tries_again_by_itself()
    {
        await _node.PublishAsync(Samples.Event("Piège"));
        await HasReadAllAsync();
        await _node.Files.Database.WriteAsync(session => session.Execute("UPDATE set_aside SET program = '0.0.1'"));

        await RestartAsync(stumbles: false);

        // The cursor is behind the entry: only the version brings it back.
        await Eventually.HoldsAsync(() => Assert.Empty(_node.Get<SetAsideReport>().List()));
        Assert.Equal(["Piège"], await TitlesAsync());
    }

    [Fact]
    public async Task An_entry_that_the_disk_damaged_stops_nothing_behind_it()
    {
        await _node.PublishAsync(Samples.Event("Abîmé"));
        await _node.PublishAsync(Samples.Event("Intact"));
        await HasReadAllAsync();
        await _node.StopAsync();
        DeleteIndex();
        // The second entry: the first describes the chapter.
        using (var file = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(_folder.Path, "node.db")};Pooling=False"))
        {
            file.Open();
            using var damage = file.CreateCommand();
            damage.CommandText = "UPDATE entries SET bytes = x'ffffffff' WHERE entry_number & 0xffffffffff = 1";
            Assert.Equal(1, damage.ExecuteNonQuery());
        }

        _node = await StartAsync(stumbles: false);
        await HasReadAllAsync();

        Assert.Equal(["Intact"], await TitlesAsync());
        Assert.Equal(RecordKind.Unspecified, Assert.Single(_node.Get<SetAsideReport>().List()).Kind);
        Assert.Contains(_node.Get<NodeProblems>().List(), problem => problem.Reason == NodeProblemReason.RecordsSetAside);
    }

    private void DeleteIndex()
    {
        foreach (var file in Directory.EnumerateFiles(_folder.Path, "views.db*"))
            File.Delete(file);
    }

    private async Task RestartAsync(bool stumbles)
    {
        await _node.StopAsync();
        _node = await StartAsync(stumbles);
        await HasReadAllAsync();
    }

    private Task<TestNode> StartAsync(bool stumbles) => TestNode.StartAsync(_folder.Path, builder =>
    {
        // Under another address, all would be read anew.
        builder.Configuration["Node:PublicUrl"] = "http://paris.example";
        if (stumbles)
            builder.Services.Replace(ServiceDescriptor.Singleton<SearchDocuments, Stumbling>());
    });

    private Task HasReadAllAsync() => Eventually.HoldsAsync(() => Assert.Equal(0, _node.Get<EventSearch>().LagEntries));

    private async Task<IEnumerable<string>> TitlesAsync() =>
        (await _node.Get<EventSearch>().FindAsync(new EventQuery())).Hits.Select(hit => hit.Record.Title.Translations[0].Text).Order();

    private sealed class Stumbling(ChapterDirectory chapters, Countries countries, CityNames cities, CalendarFeeds feeds) : SearchDocuments(chapters, countries, cities, feeds)
    {
        public bool IsWell { get; set; }

        public override SearchDocument? TryMake(Origin origin, RecordId id, byte[] body, DateTimeOffset storedAt, DateTimeOffset now)
        {
            var document = base.TryMake(origin, id, body, storedAt, now);
            return !IsWell && document?.Texts[0].Title == "Piège" ? throw new InvalidOperationException("Piège") : document;
        }
    }
}
