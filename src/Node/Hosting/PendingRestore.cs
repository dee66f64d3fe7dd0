namespace OuiShare.Federation.Node.Hosting;

/// <summary>
/// A backup that was checked and waits to take the place of a node's files at the next start, before these are opened. What it replaces is
/// kept in a folder beside it, so that a restore loses nothing.
/// </summary>
internal static class PendingRestore
{
    private const string StagingName = "restore";
    private const string CompleteName = "complete";

    /// <summary>What a restore replaces. Views are derived and made again.</summary>
    private static readonly string[] Replaced = ["node.db", "node.db-wal", "node.db-shm", "node.key", "keys", "views.db", "views.db-wal", "views.db-shm", "views.db-damaged", "damage.json"];

    /// <summary>Where a backup is unpacked.</summary>
    public static string StagingPath(string folder) => Path.Combine(folder, StagingName);

    /// <summary>Says that the backup is unpacked and checked; durable before it returns.</summary>
    public static void Complete(string folder) => DurableFile.Write(Path.Combine(StagingPath(folder), CompleteName), "");

    /// <summary>Whether a checked backup waits.</summary>
    public static bool IsWaiting(string folder) => File.Exists(Path.Combine(StagingPath(folder), CompleteName));

    /// <summary>
    /// Puts a waiting backup in place, if there is one. Only by the process that holds the folder. Can be cut short at any point and goes on at the next start: files move one by one, and
    /// the mark goes last.
    /// </summary>
    public static void Apply(string folder, TimeProvider time)
    {
        var staging = StagingPath(folder);
        if (!IsWaiting(folder))
            return;

        var kept = Directory.CreateDirectory(Path.Combine(folder, $"replaced-{time.GetUtcNow():yyyyMMdd-HHmmss}")).FullName;
        // Old files are moved away while the new database still waits: once that has moved, the old ones are gone already.
        if (File.Exists(Path.Combine(staging, "node.db")))
        {
            foreach (var name in Replaced)
                Move(Path.Combine(folder, name), Path.Combine(kept, name));
        }

        foreach (var name in (string[])["node.db", "node.key", "keys"])
            Move(Path.Combine(staging, name), Path.Combine(folder, name));
        File.Delete(Path.Combine(staging, CompleteName));
        Directory.Delete(staging, recursive: true);
    }

    private static void Move(string from, string to)
    {
        if (File.Exists(from))
            File.Move(from, to, overwrite: true);
        else if (Directory.Exists(from))
            Directory.Move(from, to);
    }
}
