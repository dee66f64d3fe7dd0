namespace OuiShare.Federation.Faults.Disks;

/// <summary>
/// Acknowledges before the write-ahead log is on disk, as SQLite does under <c>synchronous=NORMAL</c>: the control experiment that shows that
/// power cuts find a lost write.
/// </summary>
/// <remarks>
/// The node has no setting for this, and shall have none. A library that the loader puts before the C library's answers for it, as in
/// https://www.flamingspork.com/projects/libeatmydata/.
/// </remarks>
internal static class NoFsync
{
    private const string Source =
        """
        #include <stdio.h>
        #include <string.h>
        #include <sys/syscall.h>
        #include <unistd.h>

        static int is_log(int descriptor)
        {
            char link[64], path[4096];
            snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
            ssize_t length = readlink(link, path, sizeof path);
            return length > 4 && memcmp(path + length - 4, "-wal", 4) == 0;
        }

        int fsync(int descriptor) { return is_log(descriptor) ? 0 : (int)syscall(SYS_fsync, descriptor); }
        int fdatasync(int descriptor) { return is_log(descriptor) ? 0 : (int)syscall(SYS_fdatasync, descriptor); }
        """;

    /// <summary>Compiles the library into a folder; returns its path, for LD_PRELOAD.</summary>
    /// <exception cref="IOException">There is no C compiler.</exception>
    public static async Task<string> MakeAsync(string folder)
    {
        var (source, library) = (Path.Combine(folder, "no-fsync.c"), Path.Combine(folder, "no-fsync.so"));
        await File.WriteAllTextAsync(source, Source);
        await Commands.RunAsync("cc", "-shared", "-fPIC", "-D_GNU_SOURCE", "-O1", "-o", library, source);
        return library;
    }
}
