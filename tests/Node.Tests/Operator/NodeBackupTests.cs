using System.IO.Compression;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Operator;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Operator;

public sealed class NodeBackupTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_backup_restored_elsewhere_is_the_same_chapter_in_a_new_epoch()
    {
        var node = await TestNode.StartAsync(_folder.Path);
        var (id, _) = await node.PublishAsync(Samples.Event("Gardé"));
        var member = await node.JoinByMailAsync("Kept member", "kept@example.org");
        var invitation = await node.Get<MemberLinks>().InviteAsync(Actor.Operator, Role.Admin, mail: null);
        var origin = node.Files.Own.Origin;
        var backup = await MakeAsync(node);
        var (after, _) = await node.PublishAsync(Samples.Event("Après la copie"));
        await node.StopAsync();

        using var elsewhere = new TemporaryFolder();
        var other = await TestNode.StartAsync(elsewhere.Path);
        Assert.IsType<StageResult.AlreadySetUp>(await StageAsync(other, backup, replace: false));
        var replaced = other.Files.Own.Origin;
        var staged = Assert.IsType<StageResult.Staged>(await StageAsync(other, backup, replace: true));
        Assert.Equal((origin.ToString(), "OuiShare Paris"), (staged.Manifest.Origin, staged.Manifest.ChapterName));
        Assert.True(other.Get<NodeRestart>().IsRequested);
        await other.StopAsync();
        other = await TestNode.StartAsync(elsewhere.Path);

        Assert.Equal(origin, other.Files.Own.Origin);
        Assert.IsType<EventLookup.Found>(other.Get<EventDirectory>().Find(origin, id));
        Assert.IsType<EventLookup.Unknown>(other.Get<EventDirectory>().Find(origin, after));
        Assert.Equal("kept@example.org", other.Get<MemberDirectory>().Find(member.Id)!.Mail);
        // It may have been used or revoked since the backup.
        Assert.Null(other.Get<MemberLinks>().Find(invitation.Secret));
        var (_, done) = await other.PublishAsync(Samples.Event("Ensuite"));
        Assert.Equal((1U, 1UL), (done.Epoch, done.Position));
        await other.StopAsync();

        // What was replaced is kept, and is a node of its own.
        var kept = Assert.Single(Directory.EnumerateDirectories(elsewhere.Path, "replaced-*"));
        File.Delete(Path.Combine(kept, "views.db"));
        var old = await TestNode.StartAsync(kept);
        Assert.Equal(replaced, old.Files.Own.Origin);
        Assert.True(old.Get<ChapterDirectory>().IsSetUp);
        await old.StopAsync();
    }

    [Fact]
    public async Task What_a_backup_left_when_the_process_was_killed_is_gone_after_the_next_start_and_nothing_else()
    {
        var node = await TestNode.StartAsync(_folder.Path);
        await node.StopAsync();
        var left = Path.Combine(_folder.Path, "backup-0123456789abcdef0123456789abcdef.db");
        var own = Path.Combine(_folder.Path, "backup-monday.zip");
        await File.WriteAllTextAsync(left, "");
        await File.WriteAllTextAsync(own, "");

        node = await TestNode.StartAsync(_folder.Path);
        await node.StopAsync();

        Assert.False(File.Exists(left));
        Assert.True(File.Exists(own));
    }

    /// <summary>Between two lives of a node a second start must find it held, or it would move the files of whoever opened them first.</summary>
    [Fact]
    public async Task A_waiting_backup_is_put_in_place_only_by_the_process_that_holds_the_folder()
    {
        var node = await TestNode.StartAsync(_folder.Path);
        Assert.IsType<StageResult.Staged>(await StageAsync(node, await MakeAsync(node), replace: true));

        Assert.Throws<StartRefusedException>(() => DataFolder.Open(_folder.Path));
        Assert.Empty(Directory.EnumerateDirectories(_folder.Path, "replaced-*"));
        await node.StopAsync();

        node = await TestNode.StartAsync(_folder.Path);
        Assert.Single(Directory.EnumerateDirectories(_folder.Path, "replaced-*"));
        await node.StopAsync();
    }

    [Fact]
    public async Task A_backup_leaves_no_copy_in_the_data_folder()
    {
        var node = await TestNode.StartAsync(_folder.Path);

        await MakeAsync(node);

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path, "backup-*"));
        await node.StopAsync();
    }

    [Fact]
    public async Task A_file_that_is_no_good_backup_is_refused_in_words_and_changes_nothing()
    {
        var node = await TestNode.StartAsync(_folder.Path);
        var backup = await MakeAsync(node);
        var key = node.Files.Own.Origin;

        await RefusesAsync(node, ErrorReason.UnreadableFile, []);
        await RefusesAsync(node, ErrorReason.UnreadableFile, "not a backup"u8.ToArray());
        await RefusesAsync(node, ErrorReason.UnreadableFile, backup[..(backup.Length / 2)]);
        await RefusesAsync(node, ErrorReason.UnreadableFile, Change(backup, archive => archive.GetEntry("node.key")!.Delete()));
        await RefusesAsync(node, ErrorReason.UnreadableFile, Change(backup, archive => Replace(archive, "backup.json", "{"u8.ToArray())));
        await RefusesAsync(node, ErrorReason.UnreadableFile, Change(backup, archive => Replace(archive, "backup.json", Manifest(format: 2, key))));
        await RefusesAsync(node, ErrorReason.UnreadableFile, Change(backup, archive => Replace(archive, "node.db", new byte[8_192])));
        await RefusesAsync(node, ErrorReason.UnreadableFile, Change(backup, archive => Add(archive, "keys/../../node.key", "7"u8.ToArray())));
        await RefusesAsync(node, ErrorReason.UnreadableFile, Change(backup, archive => Add(archive, "node.key", "7"u8.ToArray())));
        await RefusesAsync(node, ErrorReason.BackupRefused, Change(backup, archive => Replace(archive, "backup.json", Manifest(format: 3, key))));
        // Without hashes, as before format 2: what remains is what the files say of themselves.
        var old = Change(backup, archive => Replace(archive, "backup.json", Manifest(format: 1, key)));
        await RefusesAsync(node, ErrorReason.BackupRefused, Change(old, archive => Replace(archive, "node.key", System.Text.Encoding.ASCII.GetBytes(new string('7', 64)))));
        await RefusesAsync(node, ErrorReason.BackupRefused, Change(old, archive => Replace(archive, "node.db", [])));
        await RefusesAsync(node, ErrorReason.BackupRefused, Change(old, archive => Replace(archive, "node.db", new byte[8_192])));

        Assert.False(node.Get<NodeRestart>().IsRequested);
        await node.PublishAsync(Samples.Event("Toujours là"));
        await node.StopAsync();
        node = await TestNode.StartAsync(_folder.Path);
        Assert.Equal(key, node.Files.Own.Origin);
        await node.StopAsync();
    }

    [Fact]
    public async Task A_backup_of_the_format_without_hashes_is_still_restored()
    {
        var node = await TestNode.StartAsync(_folder.Path);
        var old = Change(await MakeAsync(node), archive => Replace(archive, "backup.json", Manifest(format: 1, node.Files.Own.Origin)));

        Assert.IsType<StageResult.Staged>(await StageAsync(node, old, replace: true));

        await node.StopAsync();
    }

    private static byte[] Manifest(int format, Protocol.Origin key) => System.Text.Encoding.UTF8.GetBytes(
        $$"""{"format":{{format}},"origin":"{{key}}","chapterName":"","backedUpAt":"2026-11-24T10:00:00Z","version":"9"}""");

    private static async Task RefusesAsync(TestNode node, ErrorReason reason, byte[] file)
    {
        var refused = Assert.IsType<StageResult.Refused>(await StageAsync(node, file, replace: true));
        Assert.Equal(reason, refused.Reason);
        Assert.Matches(@"^\S.{20,}\.$", refused.Sentence);
        Assert.False(Directory.Exists(PendingRestore.StagingPath(node.Folder)));
    }

    private static async Task<byte[]> MakeAsync(TestNode node)
    {
        var (file, _) = await node.Get<NodeBackup>().MakeAsync(CancellationToken.None);
        await using var closing = file;
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static Task<StageResult> StageAsync(TestNode node, byte[] file, bool replace) =>
        node.Get<NodeBackup>().StageAsync(new Chunks(file, replace), CancellationToken.None);

    private static byte[] Change(byte[] backup, Action<ZipArchive> change)
    {
        using var bytes = new MemoryStream();
        bytes.Write(backup);
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Update, leaveOpen: true))
            change(archive);
        return bytes.ToArray();
    }

    private static void Replace(ZipArchive archive, string name, byte[] content)
    {
        archive.GetEntry(name)!.Delete();
        Add(archive, name, content);
    }

    private static void Add(ZipArchive archive, string name, byte[] content)
    {
        using var stream = archive.CreateEntry(name).Open();
        stream.Write(content);
    }
}
