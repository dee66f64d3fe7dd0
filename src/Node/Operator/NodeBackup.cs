using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Grpc.Core;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Operator;

/// <summary>
/// Copies the running node into one file, and takes such a file in. A backup is a ZIP archive:
/// <code>
/// backup.json   format, origin, chapter, time, program version
/// node.db       the database as of one moment
/// node.key      the chapter's key: whoever has the file is the chapter
/// keys/*        what signs cookies
/// </code>
/// </summary>
internal sealed class NodeBackup(NodeDatabase database, ChapterDirectory chapters, DataFolder folder, NodeRestart restart, TimeProvider time)
{
    /// <summary>Largest backup taken in: far beyond any node's.</summary>
    private const long LargestBackup = 64L << 30;

    private const string CopyPrefix = "backup-";
    private const string ManifestName = "backup.json";
    private const string DatabaseName = "node.db";
    private const string KeyName = "node.key";

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
    public async Task<FileStream> MakeAsync(CancellationToken cancellationToken)
    {
        var copy = Path.Combine(folder.Folder, $"{CopyPrefix}{Guid.CreateVersion7(time.GetUtcNow()):n}.db");
        try
        {
            await Task.Run(() => database.CopyTo(copy), cancellationToken);
            var file = new FileStream(
                Path.ChangeExtension(copy, ".zip"),
                new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous });
            using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            {
                var manifest = new BackupManifest(1, chapters.Own.ToString(), chapters.OwnRecord?.Name ?? "", time.GetUtcNow(), NodeVersion.Text);
                await using (var stream = archive.CreateEntry(ManifestName).Open())
                    await JsonSerializer.SerializeAsync(stream, manifest, BackupJson.Default.BackupManifest, cancellationToken);
                archive.CreateEntryFromFile(copy, DatabaseName, CompressionLevel.Fastest);
                archive.CreateEntryFromFile(Path.Combine(folder.Folder, KeyName), KeyName);
                foreach (var key in Directory.EnumerateFiles(folder.KeysPath))
                    archive.CreateEntryFromFile(key, "keys/" + Path.GetFileName(key));
            }

            file.Position = 0;
            return file;
        }
        finally
        {
            File.Delete(copy);
        }
    }

    /// <summary>Takes a backup in, checks it and has the node restart with it.</summary>
    public async Task<StageResult> StageAsync(IAsyncStreamReader<RestoreRequest> chunks, CancellationToken cancellationToken)
    {
        var staging = PendingRestore.StagingPath(folder.Folder);
        if (Directory.Exists(staging))
            Directory.Delete(staging, recursive: true);
        Directory.CreateDirectory(staging); // Within the data folder, which only its owner may enter.
        var result = await ReceiveAsync(chunks, staging, cancellationToken);
        if (result is StageResult.Staged)
        {
            PendingRestore.Complete(folder.Folder);
            restart.Request();
        }
        else
        {
            Directory.Delete(staging, recursive: true);
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
            if (file.Length > LargestBackup)
                return new StageResult.Refused(ErrorReason.TooLarge, $"The file is larger than {LargestBackup >> 30} GiB, which no backup is.");
        }

        file.Position = 0;
        try
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read);
            return await UnpackAsync(archive, staging, cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException)
        {
            return Unreadable();
        }
    }

    private static async Task<StageResult> UnpackAsync(ZipArchive archive, string staging, CancellationToken cancellationToken)
    {
        if (archive.GetEntry(ManifestName) is not { } manifestEntry || archive.GetEntry(DatabaseName) is not { } databaseEntry || archive.GetEntry(KeyName) is not { } keyEntry)
            return Unreadable();

        BackupManifest? manifest;
        await using (var stream = manifestEntry.Open())
            manifest = await JsonSerializer.DeserializeAsync(stream, BackupJson.Default.BackupManifest, cancellationToken);
        if (manifest is null || manifest.Format != 1)
            return new StageResult.Refused(ErrorReason.BackupRefused, "The backup was made by a newer version of this program. Install that version first.");

        databaseEntry.ExtractToFile(Path.Combine(staging, DatabaseName));
        keyEntry.ExtractToFile(Path.Combine(staging, KeyName));
        var keys = Directory.CreateDirectory(Path.Combine(staging, "keys"));
        foreach (var key in archive.Entries.Where(entry => entry.FullName.StartsWith("keys/", StringComparison.Ordinal) && entry.Name.Length > 0))
            key.ExtractToFile(Path.Combine(keys.FullName, Path.GetFileName(key.Name)));
        foreach (var path in Directory.EnumerateFiles(staging, "*", SearchOption.AllDirectories))
            DurableFile.KeepPrivate(path);
        return await CheckAsync(manifest, staging);
    }

    // Opens the copy as a node would, so that what cannot start is refused while the present node still runs.
    private static async Task<StageResult> CheckAsync(BackupManifest manifest, string staging)
    {
        try
        {
            using var key = NodeKey.FromSeed(Convert.FromHexString((await File.ReadAllTextAsync(Path.Combine(staging, KeyName))).Trim()));
            if (key.Origin.ToString() != manifest.Origin)
                return new StageResult.Refused(ErrorReason.BackupRefused, "The key in the backup is not the one the backup says it is of. Take another backup.");
            await using var copy = NodeDatabase.Open(Path.Combine(staging, DatabaseName), create: false, TimeProvider.System, NullLogger.Instance);
            var isSound = false;
            copy.Prepare(session =>
            {
                isSound = session.Scalar<string>("PRAGMA quick_check(1)") == "ok";
                if (!isSound)
                    return;
                NodeSettings.Write(session, NodeSettings.RestoredAt, "1");
                Makers.EndAll(session);
            });
            return isSound ? new StageResult.Staged(manifest) : Damaged();
        }
        catch (StartRefusedException e)
        {
            return new StageResult.Refused(ErrorReason.BackupRefused, e.Message);
        }
        catch (Exception e) when (e is SqliteException or InvalidDataException or FormatException or ArgumentException)
        {
            return Damaged();
        }
    }

    private static StageResult.Refused Damaged() => new(ErrorReason.UnreadableFile, "The database in the backup is damaged. Take another backup.");

    private static StageResult.Refused Unreadable() => new(ErrorReason.UnreadableFile, "This is not a backup of a node, or it is damaged. Take a file that `ouishare backup` made.");
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

/// <summary>What a backup says of itself.</summary>
/// <param name="Format">1.</param>
/// <param name="Origin">The node's key, 64 hexadecimal digits.</param>
/// <param name="ChapterName">Its chapter.</param>
/// <param name="BackedUpAt">When it was made.</param>
/// <param name="Version">By which version of the program.</param>
internal sealed record BackupManifest(int Format, string Origin, string ChapterName, DateTimeOffset BackedUpAt, string Version);

/// <summary>How <see cref="BackupManifest"/> is read and written, without reflection.</summary>
[JsonSerializable(typeof(BackupManifest))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class BackupJson : JsonSerializerContext;
