using System.Security.Cryptography;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Operator;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Node.Tests.Integrity;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Tests.Operator;

/// <summary>
/// A backup that lay in a drawer for a year: bits flip, ends are missing, files are joined. Each such file is refused, or gives exactly what was backed
/// up; never something else, and never a node that does not start.
/// </summary>
public sealed class DamagedBackupTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private TestNode _node = null!;
    private byte[] _backup = [];
    private string _sound = "";
    private Guid _event;

    public async Task InitializeAsync()
    {
        _node = await TestNode.StartAsync(_folder.Path);
        (_event, _) = await _node.PublishAsync(Samples.Event("Gardé"));
        _backup = await MakeAsync();
        Assert.IsType<StageResult.Staged>(await StageAsync(_backup));
        _sound = Staged();
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_flipped_bit_anywhere_is_refused_or_changes_nothing()
    {
        var random = new Random(7);
        var (refused, harmless) = (0, 0);

        foreach (var place in Places(random))
        {
            var flipped = _backup.ToArray();
            var bit = random.Next(8);
            flipped[place] ^= (byte)(1 << bit);
            switch (await StageAsync(flipped))
            {
                case StageResult.Refused refusal:
                    Assert.Matches(@"^\S.{20,}\.$", refusal.Sentence);
                    refused++;
                    break;
                case StageResult.Staged staged:
                    Assert.True(_sound == Staged(), $"Bit {bit} of byte {place} of {_backup.Length} was flipped, and something else was staged.");
                    Assert.Equal(_node.Files.Own.Origin.ToString(), staged.Manifest.Origin);
                    harmless++;
                    break;
            }
        }

        // Local headers say most things a second time, and times of files are nobody's; all the rest is checked.
        Assert.True(refused > harmless, $"{refused} refused, {harmless} harmless");
        Assert.True(harmless > 0, "Not one flip was harmless: were the headers reached at all?");
    }

    [Fact]
    public async Task What_is_cut_short_joined_or_another_file_is_refused_or_changes_nothing()
    {
        byte[][] files =
        [
            _backup[..^1], _backup[..^30], _backup[..(_backup.Length / 3)], _backup[1..], _backup[(_backup.Length / 2)..],
            [.. _backup, .. _backup], [.. _backup, .. new byte[1_000]], [.. new byte[1_000], .. _backup],
            "PK"u8.ToArray(), new byte[100_000], RandomNumberGenerator.GetBytes(100_000), await File.ReadAllBytesAsync(typeof(DamagedBackupTests).Assembly.Location),
        ];

        foreach (var file in files)
        {
            if (await StageAsync(file) is StageResult.Staged)
                Assert.Equal(_sound, Staged());
            else
                Assert.False(Directory.Exists(PendingRestore.StagingPath(_node.Folder)));
        }
    }

    [Fact]
    public async Task What_a_harmless_flip_leaves_starts()
    {
        // The modification time of the first file, in its local header.
        _backup[10] ^= 1;
        Assert.IsType<StageResult.Staged>(await StageAsync(_backup));
        var folder = _node.Folder;
        await _node.StopAsync();

        _node = await TestNode.StartAsync(folder);

        Assert.IsType<EventLookup.Found>(_node.Get<EventDirectory>().FindOwn(_event));
    }

    /// <summary>Every hash of the file is right: the database was damaged before it was backed up by an older program, which did not look.</summary>
    [Theory]
    [InlineData("UPDATE journals SET left_range = zeroblob(length(left_range))")]
    [InlineData("DELETE FROM records")]
    [InlineData("UPDATE origins SET origin = zeroblob(32)")]
    public async Task A_database_that_was_damaged_when_it_was_backed_up_is_refused(string damage)
    {
        using var scratch = new TemporaryFolder();
        await using (var archive = new MemoryStream(_backup))
            await BackupArchive.ReadAsync(archive, scratch.Path, CancellationToken.None);
        DamagedFile.Run(scratch.File("node.db"), damage);
        using var forged = new MemoryStream();
        await BackupArchive.WriteAsync(
            forged, new BackupManifest(2, _node.Files.Own.Origin.ToString(), "", Samples.Now, "1"), [("node.db", scratch.File("node.db")), ("node.key", scratch.File("node.key"))], CancellationToken.None);

        var refused = Assert.IsType<StageResult.Refused>(await StageAsync(forged.ToArray()));

        Assert.Contains("Take another backup", refused.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_with_one_damaged_text_can_still_be_backed_up_and_restored_and_the_backup_says_so()
    {
        DamagedFile.Run(Path.Combine(_node.Folder, "node.db"), "UPDATE bodies SET record = x'00' WHERE entry_number = (SELECT max(entry_number) FROM bodies)");

        var (file, manifest) = await _node.Get<NodeBackup>().MakeAsync(CancellationToken.None);
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes);
        await file.DisposeAsync();

        Assert.Equal(1, manifest.KnownDamage);
        Assert.IsType<StageResult.Staged>(await StageAsync(bytes.ToArray()));
    }

    [Fact]
    public async Task A_node_whose_own_tables_are_damaged_says_so_instead_of_making_a_backup_that_is_none()
    {
        DamagedFile.Run(Path.Combine(_node.Folder, "node.db"), "INSERT INTO drafts(event_id, record, is_proposed, updated_at) VALUES (x'01', x'0AFF', 0, 0)");

        var refused = await Assert.ThrowsAsync<DamagedDataException>(() => _node.Get<NodeBackup>().MakeAsync(CancellationToken.None));

        Assert.Contains("drafts", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Every byte of the headers at both ends and around each file, and some hundred places in what lies between.</summary>
    private SortedSet<int> Places(Random random)
    {
        var signature = "PK"u8;
        var places = new SortedSet<int>();
        for (var i = 0; i < _backup.Length - 2; i++)
        {
            if (_backup.AsSpan(i, 2).SequenceEqual(signature))
                places.UnionWith(Enumerable.Range(i, Math.Min(60, _backup.Length - i)).Where(place => place % 2 == i % 2 || place < i + 14));
        }

        places.UnionWith(Enumerable.Range(0, 300).Select(_ => random.Next(_backup.Length)));
        return places;
    }

    private async Task<byte[]> MakeAsync()
    {
        var (file, _) = await _node.Get<NodeBackup>().MakeAsync(CancellationToken.None);
        await using var closing = file;
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private Task<StageResult> StageAsync(byte[] file) => _node.Get<NodeBackup>().StageAsync(new Chunks(file, replace: true), CancellationToken.None);

    /// <summary>All that would take the place of the node's files.</summary>
    private string Staged()
    {
        var staging = PendingRestore.StagingPath(_node.Folder);
        return string.Join('\n', Directory.EnumerateFiles(staging, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => $"{Path.GetRelativePath(staging, path)} {Hash.Of(File.ReadAllBytes(path))}"));
    }
}
