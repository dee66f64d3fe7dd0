using Grpc.Core;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Integrity;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Operator;

/// <summary>
/// Copies the running node into one file (<see cref="BackupArchive"/>), and takes such a file in. Both check the copy as a whole, every hash, root and
/// signature: a backup that cannot be restored is found when it is made, and a damaged one is refused while the present node still runs.
/// </summary>
internal sealed class NodeBackup(NodeDatabase database, ChapterDirectory chapters, DataFolder folder, NodeRestart restart, TimeProvider time)
{
    private const string CopyPrefix = "backup-";

    /// <summary>Removes what backups left in the data folder when the process was killed: copies of the whole database. Before any is made.</summary>
    public static void RemoveRemains(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, CopyPrefix + "*"))
        {
            // Somebody may keep backups of her own here, under other names.
            if (Guid.TryParseExact(Path.GetFileNameWithoutExtension(path)[CopyPrefix.Length..], "n", out _))
                File.Delete(path);
        }
    }

    /// <summary>Makes a backup. The returned file is gone when it is closed.</summary>
    /// <exception cref="StorageUnavailableException">There is no room for it on the data folder's disk.</exception>
    /// <exception cref="DamagedDataException">The node holds damage that a restored node could not get over.</exception>
    public async Task<(FileStream File, BackupManifest Manifest)> MakeAsync(CancellationToken cancellationToken)
    {
        var copy = Path.Combine(folder.Folder, $"{CopyPrefix}{Guid.CreateVersion7(time.GetUtcNow()):n}.db");
        FileStream? file = null;
        var isMade = false;
        try
        {
            await Task.Run(() => database.CopyTo(copy), cancellationToken);
            var (damages, _) = await InspectAsync(copy, cancellationToken);
            if (damages.FirstOrDefault(damage => !damage.IsHeldByPeers) is { } damage)
                throw new DamagedDataException($"This node's data are damaged, so that a backup of them would be none: {damage.Sentence}");
            file = new FileStream(
                Path.ChangeExtension(copy, ".zip"),
                new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous });
            var manifest = await BackupArchive.WriteAsync(
                file,
                new BackupManifest(BackupArchive.Format, chapters.Own.ToString(), chapters.OwnRecord?.Name ?? "", time.GetUtcNow(), NodeVersion.Text, Files: null, damages.Count),
                [(BackupArchive.DatabaseName, copy), (BackupArchive.KeyName, Path.Combine(folder.Folder, BackupArchive.KeyName)), .. Directory.EnumerateFiles(folder.KeysPath).Select(key => (BackupArchive.KeysFolder + Path.GetFileName(key), key))],
                cancellationToken);
            file.Position = 0;
            isMade = true;
            return (file, manifest);
        }
        catch (Exception e) when (FullDisk.IsShownBy(e))
        {
            throw NoRoom(e);
        }
        finally
        {
            if (!isMade && file is not null)
                await file.DisposeAsync();
            foreach (var left in (string[])[copy, copy + "-wal", copy + "-shm", copy + "-journal"])
                File.Delete(left);
        }
    }

    /// <summary>Takes a backup in, checks it and has the node restart with it.</summary>
    public async Task<StageResult> StageAsync(IAsyncStreamReader<RestoreRequest> chunks, CancellationToken cancellationToken)
    {
        var staging = PendingRestore.StagingPath(folder.Folder);
        if (Directory.Exists(staging))
            Directory.Delete(staging, recursive: true);
        Directory.CreateDirectory(staging); // Within the data folder, which only its owner may enter.
        StageResult? result = null;
        try
        {
            result = await ReceiveAsync(chunks, staging, cancellationToken);
        }
        finally
        {
            if (result is not StageResult.Staged)
                Directory.Delete(staging, recursive: true);
        }

        if (result is StageResult.Staged)
        {
            PendingRestore.Complete(folder.Folder);
            restart.Request();
        }

        return result;
    }

    private async Task<StageResult> ReceiveAsync(IAsyncStreamReader<RestoreRequest> chunks, string staging, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(
            Path.Combine(staging, "backup.zip"),
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous });
        var isFirst = true;
        while (await chunks.MoveNext(cancellationToken))
        {
            if (isFirst && !chunks.Current.Replace && chapters.IsSetUp)
                return new StageResult.AlreadySetUp();
            isFirst = false;
            await file.WriteAsync(chunks.Current.Chunk.Memory, cancellationToken);
            if (file.Length > BackupArchive.LargestBytes)
                return new StageResult.Refused(ErrorReason.TooLarge, $"The file is larger than {BackupArchive.LargestBytes >> 30} GiB, which no backup is.");
        }

        file.Position = 0;
        try
        {
            var manifest = await BackupArchive.ReadAsync(file, staging, cancellationToken);
            Directory.CreateDirectory(Path.Combine(staging, BackupArchive.KeysFolder));
            return await CheckAsync(manifest, staging, cancellationToken);
        }
        catch (UnreadableBackupException e)
        {
            return new StageResult.Refused(e.IsNewer ? ErrorReason.BackupRefused : ErrorReason.UnreadableFile, e.Message);
        }
    }

    // Opens the copy as a node would, so that what cannot start is refused while the present node still runs.
    private static async Task<StageResult> CheckAsync(BackupManifest manifest, string staging, CancellationToken cancellationToken)
    {
        try
        {
            using var key = NodeKey.FromSeed(Convert.FromHexString((await File.ReadAllTextAsync(Path.Combine(staging, BackupArchive.KeyName), cancellationToken)).Trim()));
            if (key.Origin.ToString() != manifest.Origin)
                return new StageResult.Refused(ErrorReason.BackupRefused, "The key in the backup is not the one the backup says it is of. Take another backup.");
            var path = Path.Combine(staging, BackupArchive.DatabaseName);
            var (damages, register) = await InspectAsync(path, cancellationToken);
            if (!register.Of(key.Origin).Any())
                return new StageResult.Refused(ErrorReason.BackupRefused, "The key in the backup is not the one that its database was written with. Take another backup.");
            if (damages.FirstOrDefault(damage => !damage.IsHeldByPeers) is { } damage)
                return Damaged(damage.Sentence);
            if (damages.Count > manifest.KnownDamage)
                return Damaged(damages[0].Sentence);
            await using var copy = NodeDatabase.Open(path, create: false, TimeProvider.System, NullLogger.Instance);
            copy.Prepare(session =>
            {
                NodeSettings.Write(session, NodeSettings.RestoredAt, "1");
                Makers.EndAll(session);
            });
            return new StageResult.Staged(manifest);
        }
        catch (StartRefusedException e)
        {
            return new StageResult.Refused(ErrorReason.BackupRefused, $"A node cannot start with the database in the backup. Take another backup. In its words: {e.Message}");
        }
        catch (Exception e) when (e is SqliteException or InvalidDataException or FormatException or ArgumentException)
        {
            return Damaged(DatabaseDamage.Reason(e) + ".");
        }
    }

    private static async Task<(List<Damage> Damages, JournalRegister Register)> InspectAsync(string path, CancellationToken cancellationToken)
    {
        await using var copy = NodeDatabase.Open(path, create: false, TimeProvider.System, NullLogger.Instance);
        var register = new JournalRegister();
        copy.Prepare(register.Load);
        var findings = await new DatabaseInspection(copy, register).RunAsync(_ => Task.CompletedTask, cancellationToken);
        return ([.. findings.Damages], register);
    }

    private StorageUnavailableException NoRoom(Exception e) => new(
        $"The disk that holds {folder.Folder} is full: while a backup is made, it needs there about twice as much room as node.db has ({2 * new FileInfo(database.Path).Length >> 20} MB). Free some space, then try again.", e)
    {
        IsDiskFull = true,
    };

    private static StageResult.Refused Damaged(string sentence) =>
        new(ErrorReason.UnreadableFile, $"The database in the backup is damaged: it was so when it was backed up, or the file was changed since. Take another backup. The first of what is wrong: {sentence}");
}

/// <summary>What came of taking a backup in.</summary>
internal abstract record StageResult
{
    private StageResult()
    {
    }

    /// <summary>It is checked, and takes the place of the node's files at the restart that follows.</summary>
    public sealed record Staged(BackupManifest Manifest) : StageResult;

    /// <summary>The node has a chapter, and nobody said to replace it.</summary>
    public sealed record AlreadySetUp : StageResult;

    /// <summary>The file is no good.</summary>
    public sealed record Refused(ErrorReason Reason, string Sentence) : StageResult;
}
