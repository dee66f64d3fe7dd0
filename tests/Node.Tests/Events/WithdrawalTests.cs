using System.Security.Cryptography;
using Google.Protobuf;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Search;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Events;

/// <summary>What remains on a node's disk of an event that was taken back, looked for in the bytes of its files while it runs.</summary>
public sealed class WithdrawalTests : IAsyncLifetime
{
    private const string Canary = "zwitscherlingwort";

    private readonly TemporaryFolder _folder = new();
    private readonly NodeKey _key = NodeKey.FromSeed(RandomNumberGenerator.GetBytes(32));
    private readonly JournalWriter _writer;
    private TestNode _node = null!;

    public WithdrawalTests() => _writer = new JournalWriter(_key, new JournalId(_key.Origin, Epoch: 0), new MerkleRange());

    public async Task InitializeAsync() => _node = await TestNode.StartAsync(_folder.Path);

    public async Task DisposeAsync()
    {
        await _node.StopAsync();
        _folder.Dispose();
        _key.Dispose();
    }

    [Fact]
    public async Task Of_another_chapter_s_event_no_word_remains_in_any_file_of_a_running_node()
    {
        var id = await PublishElsewhereAsync();
        Assert.NotEmpty(FilesWithCanary(_folder));

        await WithdrawElsewhereAsync(id);

        await Eventually.HoldsAsync(() => Assert.Empty(FilesWithCanary(_folder)));
    }

    [Fact]
    public async Task Of_an_own_event_the_author_s_draft_alone_remains()
    {
        var (id, _) = await _node.PublishAsync(Samples.Event($"Adieu {Canary}"));
        await AllIsReadAsync(_node);
        Assert.Contains("views.db", FilesWithCanary(_folder).Select(name => name.Replace("-wal", "", StringComparison.Ordinal)));

        await _node.Event(id).Withdraw(Samples.Connector);

        await Eventually.HoldsAsync(() => Assert.DoesNotContain("views.db", FilesWithCanary(_folder).Select(name => name.Replace("-wal", "", StringComparison.Ordinal))));
    }

    /// <summary>
    /// A second withdrawal right after the first waits for its turn, and the clock stands still. A kill is what the files are at that moment,
    /// copied.
    /// </summary>
    [Fact]
    public async Task After_a_kill_the_next_start_erases_what_was_still_to_be_erased()
    {
        await WithdrawElsewhereAsync(await PublishElsewhereAsync());
        await Eventually.HoldsAsync(() => Assert.Empty(FilesWithCanary(_folder)));
        await WithdrawElsewhereAsync(await PublishElsewhereAsync());
        using var killed = new TemporaryFolder();
        foreach (var file in FilesOf(_folder))
        {
            var copy = killed.File(Path.GetRelativePath(_folder.Path, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            await File.WriteAllBytesAsync(copy, Bytes.Read(file));
            DurableFile.KeepPrivate(copy);
        }

        Assert.NotEmpty(FilesWithCanary(killed));
        var next = await TestNode.StartAsync(killed.Path);

        await Eventually.HoldsAsync(() => Assert.Empty(FilesWithCanary(killed)));
        await next.StopAsync();
    }

    /// <summary>When an edit and the withdrawal after it arrive together, the edit comes without its body, which its chapter erased already.</summary>
    [Fact]
    public async Task An_edit_that_came_without_its_text_keeps_no_text_before_it_alive()
    {
        var id = await PublishElsewhereAsync();
        await EditElsewhereAsync(id, "Adieu");
        await _node.Files.Database.WriteAsync(session => session.Execute("DELETE FROM bodies WHERE instr(record, CAST('Adieu' AS BLOB)) > 0"));
        Assert.Contains("node.db-wal", FilesWithCanary(_folder));

        await WithdrawElsewhereAsync(id);

        await Eventually.HoldsAsync(() => Assert.Empty(FilesWithCanary(_folder)));
    }

    private async Task<RecordId> PublishElsewhereAsync()
    {
        var id = RecordId.From(Guid.CreateVersion7(Samples.Now));
        await EditElsewhereAsync(id, $"Adieu {Canary}");
        return id;
    }

    private async Task EditElsewhereAsync(RecordId id, string title)
    {
        var body = new RecordBody(RandomNumberGenerator.GetBytes(16), Samples.Event(title).ToByteArray());
        _writer.Append(new EntryDraft(RecordKind.Event, id, body), Samples.Now);
        await StoreAsync();
    }

    private async Task WithdrawElsewhereAsync(RecordId id)
    {
        _writer.Append(new EntryDraft(RecordKind.Event, id, Body: null), Samples.Now);
        await StoreAsync();
    }

    private async Task StoreAsync()
    {
        Assert.IsType<StoreResult.Stored>(await _node.Get<ReplicaJournals>().StoreAsync(_writer.Take(), carriedBy: null, CancellationToken.None));
        await AllIsReadAsync(_node);
    }

    private static Task AllIsReadAsync(TestNode node) => Eventually.HoldsAsync(() => Assert.Equal(0, node.Get<SearchFollower>().LagEntries));

    private static List<string> FilesWithCanary(TemporaryFolder folder) => [.. FilesOf(folder)
        .Where(file => Bytes.Read(file).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(Canary)) >= 0).Select(file => Path.GetFileName(file))];

    // The lock is empty, and while the node runs nobody else may open it.
    private static List<string> FilesOf(TemporaryFolder folder) =>
        [.. Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) is not "node.lock")];
}
