using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace OuiShare.Federation.Node.Hosting;

/// <summary>Writes small files so that a power cut leaves the old content or the new one, never half of it.</summary>
internal static class DurableFile
{
    /// <summary>Read and write for the node's own user, nothing for others.</summary>
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>End of the name a file has until it is whole.</summary>
    public const string UnfinishedSuffix = ".unfinished";

    /// <summary>Puts <paramref name="content"/> in place of what the file holds; only its owner may read it.</summary>
    /// <remarks>Temporary file, fsync, rename, fsync of the folder: the rename itself must survive the power cut too.</remarks>
    /// <exception cref="IOException">The disk is full or failed; the file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static void Write(string path, string content)
    {
        var unfinished = path + UnfinishedSuffix;
        File.Delete(unfinished);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(unfinished, options))
        {
            file.Write(Encoding.UTF8.GetBytes(content));
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Removes the file if it exists; it does not come back after a power cut.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Takes from others what an editor, a copy or a restored backup gave them.</summary>
    public static void KeepPrivate(string path)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(path) && File.GetUnixFileMode(path) != OwnerOnly)
            File.SetUnixFileMode(path, OwnerOnly);
    }

    /// <summary>Makes the folder's list of names durable. .NET cannot open a folder, so this asks the C library.</summary>
    private static void SyncFolder(string path)
    {
        // NTFS journals its folders itself.
        if (OperatingSystem.IsWindows())
            return;

        var descriptor = NativeMethods.Open(Encoding.UTF8.GetBytes(path + '\0'), NativeMethods.ReadOnly);
        if (descriptor < 0)
            throw NativeFailure(path);
        try
        {
            if (NativeMethods.Fsync(descriptor) != 0)
                throw NativeFailure(path);
        }
        finally
        {
            _ = NativeMethods.Close(descriptor);
        }
    }

    private static IOException NativeFailure(string path)
    {
        var cause = new Win32Exception(Marshal.GetLastPInvokeError());
        return new IOException($"{path}: {cause.Message}", cause);
    }

    private static class NativeMethods
    {
        /// <summary><c>O_RDONLY</c> of <c>fcntl.h</c>; 0 on Linux and macOS.</summary>
        public const int ReadOnly = 0;

        [DllImport("libc", EntryPoint = "open", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Open(byte[] path, int flags);

        [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Fsync(int descriptor);

        [DllImport("libc", EntryPoint = "close", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Close(int descriptor);
    }
}
