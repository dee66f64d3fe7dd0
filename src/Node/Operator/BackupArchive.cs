using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OuiShare.Federation.Node.Operator;

/// <summary>
/// The file of a backup: a ZIP archive, checked as a whole when it is read, since ZIP's own readers do not look.
/// <code>
/// backup.json   format, origin, chapter, time, program version, and of every other file its name, size and SHA-256
/// node.db       the database as of one moment
/// node.key      the chapter's key: whoever has the file is the chapter
/// keys/*        what signs cookies
/// </code>
/// Format 1 had no hashes; its files are held against the archive's CRCs alone.
/// </summary>
internal static class BackupArchive
{
    public const string DatabaseName = "node.db";
    public const string KeyName = "node.key";

    /// <summary>Begins the names of the keys that sign cookies.</summary>
    public const string KeysFolder = "keys/";

    /// <summary>The newest format this program writes and reads.</summary>
    public const int Format = 2;

    /// <summary>Largest backup taken in, and largest file in one: far beyond any node's.</summary>
    public const long LargestBytes = 64L << 30;

    private const string ManifestName = "backup.json";

    /// <summary>Bytes of the manifest: some hundred files.</summary>
    private const long LargestManifest = 1 << 20;

    /// <summary>Files in a backup: three, and one for each 90 days of cookies' keys.</summary>
    private const int MostFiles = 1_000;

    private static readonly uint[] Crc = MakeCrc();

    /// <summary>Writes a backup, and reads back that it holds what was given.</summary>
    /// <exception cref="InvalidDataException">What was written is not what was read: the disk or the memory fails.</exception>
    public static async Task<BackupManifest> WriteAsync(Stream to, BackupManifest manifest, IReadOnlyList<(string Name, string Path)> files, CancellationToken cancellationToken)
    {
        var described = new List<BackedUpFile>();
        foreach (var (name, path) in files)
        {
            await using var file = File.OpenRead(path);
            described.Add(new BackedUpFile(name, file.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken))));
        }

        var whole = manifest with { Format = Format, Files = described };
        using (var archive = new ZipArchive(to, ZipArchiveMode.Create, leaveOpen: true))
        {
            await using (var stream = archive.CreateEntry(ManifestName).Open())
                await JsonSerializer.SerializeAsync(stream, whole, BackupJson.Default.BackupManifest, cancellationToken);
            foreach (var (name, path) in files)
                archive.CreateEntryFromFile(path, name, CompressionLevel.Fastest);
        }

        to.Position = 0;
        try
        {
            await ReadAsync(to, folder: null, cancellationToken);
        }
        catch (UnreadableBackupException e)
        {
            throw new InvalidDataException("The backup that was just written cannot be read back: the machine's disk or memory fails.", e);
        }

        return whole;
    }

    /// <summary>Checks a backup and unpacks its files.</summary>
    /// <param name="from">The whole file, at its begin; left open.</param>
    /// <param name="folder">Where to; null: only check.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UnreadableBackupException">It is no backup, or not what was backed up.</exception>
    public static async Task<BackupManifest> ReadAsync(Stream from, string? folder, CancellationToken cancellationToken)
    {
        try
        {
            using var archive = new ZipArchive(from, ZipArchiveMode.Read, leaveOpen: true);
            var entries = Index(archive);
            var manifest = await ReadManifestAsync(entries, cancellationToken);
            foreach (var entry in entries.Values.Where(entry => entry.FullName != ManifestName))
            {
                var described = manifest.Files?.FirstOrDefault(file => file.Name == entry.FullName);
                if (manifest.Format > 1 && described is null)
                    throw Damaged(entry.FullName);
                await UnpackAsync(entry, described, folder, cancellationToken);
            }

            return manifest;
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or NotSupportedException or ArgumentException or OverflowException or EndOfStreamException)
        {
            throw new UnreadableBackupException(NoBackup, e);
        }
    }

    private static Dictionary<string, ZipArchiveEntry> Index(ZipArchive archive)
    {
        var entries = new Dictionary<string, ZipArchiveEntry>(StringComparer.Ordinal);
        foreach (var entry in archive.Entries)
        {
            var isKnown = entry.FullName is ManifestName or DatabaseName or KeyName || IsKeyName(entry.FullName);
            if (!isKnown || entries.Count > MostFiles || !entries.TryAdd(entry.FullName, entry))
                throw new UnreadableBackupException(NoBackup);
        }

        return entries.ContainsKey(ManifestName) && entries.ContainsKey(DatabaseName) && entries.ContainsKey(KeyName) ? entries : throw new UnreadableBackupException(NoBackup);
    }

    // One plain name below keys/: nothing that leaves the folder.
    private static bool IsKeyName(string name) =>
        name.StartsWith(KeysFolder, StringComparison.Ordinal) && name[KeysFolder.Length..] is { Length: > 0 and < 200 } file && file.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.') && file[0] != '.';

    private static async Task<BackupManifest> ReadManifestAsync(Dictionary<string, ZipArchiveEntry> entries, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await CopyAsync(entries[ManifestName], bytes, LargestManifest, cancellationToken);
        var manifest = JsonSerializer.Deserialize(bytes.ToArray(), BackupJson.Default.BackupManifest);
        if (manifest is null || manifest.Format < 1)
            throw new UnreadableBackupException(NoBackup);
        if (manifest.Format > Format)
            throw new UnreadableBackupException("The backup was made by a newer version of this program. Install that version first.") { IsNewer = true };
        if (manifest.Format > 1 && (manifest.Files is null || manifest.Files.Any(file => !entries.ContainsKey(file.Name))))
            throw new UnreadableBackupException("The backup is damaged: files that were in it are missing. Take another backup, or copy this one again. Nothing was changed.");
        return manifest;
    }

    private static async Task UnpackAsync(ZipArchiveEntry entry, BackedUpFile? described, string? folder, CancellationToken cancellationToken)
    {
        if (entry.Length > LargestBytes || (described is not null && entry.Length != described.Bytes))
            throw Damaged(entry.FullName);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using (var target = folder is null ? Stream.Null : Create(Path.Combine(folder, entry.FullName)))
            await CopyAsync(entry, target, entry.Length, cancellationToken, hash);
        if (described is not null && Convert.ToHexStringLower(hash.GetHashAndReset()) != described.Sha256)
            throw Damaged(entry.FullName);
    }

    private static FileStream Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    private static async Task CopyAsync(ZipArchiveEntry entry, Stream to, long most, CancellationToken cancellationToken, IncrementalHash? hash = null)
    {
        var buffer = new byte[1 << 16];
        var (crc, bytes) = (uint.MaxValue, 0L);
        await using var from = entry.Open();
        while (await from.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            bytes += read;
            if (bytes > most)
                throw Damaged(entry.FullName);
            hash?.AppendData(buffer, 0, read);
            foreach (var value in buffer.AsSpan(0, read))
                crc = Crc[(byte)(crc ^ value)] ^ (crc >> 8);
            await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        if (~crc != entry.Crc32 || bytes != entry.Length)
            throw Damaged(entry.FullName);
    }

    private const string NoBackup = "This is not a backup of a node, or it is damaged. Take a file that `ouishare backup` made, or copy it again. Nothing was changed.";

    private static UnreadableBackupException Damaged(string name) => new(
        $"The backup is damaged: {name} in it is not what was backed up. Copy the file again from where you keep it, or take another backup. Nothing was changed.");

    // The CRC-32 of ZIP: polynomial 0xEDB88320, reflected (APPNOTE 4.4.7).
    private static uint[] MakeCrc()
    {
        var table = new uint[256];
        for (var value = 0U; value < table.Length; value++)
        {
            var crc = value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            table[value] = crc;
        }

        return table;
    }
}

/// <summary>A file is no backup, or is damaged; the message says what to do.</summary>
internal sealed class UnreadableBackupException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>It is sound, but a newer program's.</summary>
    public bool IsNewer { get; init; }
}

/// <summary>What a backup says of itself.</summary>
/// <param name="Format">1, or 2 with hashes.</param>
/// <param name="Origin">The node's key, 64 hexadecimal digits.</param>
/// <param name="ChapterName">Its chapter.</param>
/// <param name="BackedUpAt">When it was made.</param>
/// <param name="Version">By which version of the program.</param>
/// <param name="Files">Every file in it; null in format 1.</param>
/// <param name="KnownDamage">How many texts and entries were damaged already when it was made: peers give them back.</param>
internal sealed record BackupManifest(
    int Format, string Origin, string ChapterName, DateTimeOffset BackedUpAt, string Version, IReadOnlyList<BackedUpFile>? Files = null, int KnownDamage = 0);

/// <summary>A file in a backup.</summary>
/// <param name="Name">Its name in the archive.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its hash, 64 hexadecimal digits.</param>
internal sealed record BackedUpFile(string Name, long Bytes, string Sha256);

/// <summary>How <see cref="BackupManifest"/> is read and written, without reflection.</summary>
[JsonSerializable(typeof(BackupManifest))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class BackupJson : JsonSerializerContext;
