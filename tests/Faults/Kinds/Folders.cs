namespace OuiShare.Federation.Faults.Kinds;

/// <summary>Copies of data folders of nodes that do not run.</summary>
internal static class Folders
{
    /// <summary>Copies a folder with all that is in it, in place of what the target holds.</summary>
    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories).Where(folder => Path.GetFileName(folder) != "lost+found"))
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)), overwrite: true);
    }

    /// <summary>
    /// Puts a copy of a folder back as an admin would: whatever the folder has is removed first, since a write-ahead log beside another
    /// database would be taken for its own.
    /// </summary>
    public static void Restore(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(to, "*", SearchOption.AllDirectories))
            File.Delete(file);
        Copy(from, to);
    }
}
