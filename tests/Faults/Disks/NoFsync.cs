namespace OuiShare.Federation.Faults.Disks;

/// <summary>A disk that says "synced" and is not: the control experiment that shows that power cuts can find a lost write.</summary>
/// <remarks>
/// The node has no setting for this, and shall have none. A library that the loader puts before the C library's answers for it, as in
/// https://www.flamingspork.com/projects/libeatmydata/.
/// </remarks>
internal static class NoFsync
{
    private const string Source =
        """
        int fsync(int descriptor) { (void)descriptor; return 0; }
        int fdatasync(int descriptor) { (void)descriptor; return 0; }
        """;

    /// <summary>Compiles the library into a folder; returns its path, for LD_PRELOAD.</summary>
    /// <exception cref="IOException">There is no C compiler.</exception>
    public static async Task<string> MakeAsync(string folder)
    {
        var (source, library) = (Path.Combine(folder, "no-fsync.c"), Path.Combine(folder, "no-fsync.so"));
        await File.WriteAllTextAsync(source, Source);
        await Commands.RunAsync("cc", "-shared", "-fPIC", "-O1", "-o", library, source);
        return library;
    }
}
