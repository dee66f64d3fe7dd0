using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace OuiShare.Federation.Node.Hosting;

/// <summary>What this process may do with a file or folder.</summary>
internal enum FileRights
{
    /// <summary>There is nothing of that name, or no more.</summary>
    Nothing,

    /// <summary>Read and write.</summary>
    Full,

    /// <summary>It may not: the file is another user's, or a folder on the way is closed.</summary>
    Denied,

    /// <summary>The file system is mounted for reading only.</summary>
    ReadOnlyDisk,
}

/// <summary>Asks the operating system what a process may do, without opening and so without changing anything.</summary>
internal static class FileAccessCheck
{
    /// <summary>What this process may do with <paramref name="path"/>; a folder must also let it enter.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public static FileRights Of(string path)
    {
        if (OperatingSystem.IsWindows())
            return Path.Exists(path) ? FileRights.Full : FileRights.Nothing;

        var mode = NativeMethods.Read | NativeMethods.Write | (Directory.Exists(path) ? NativeMethods.Enter : 0);
        if (NativeMethods.Access(Encoding.UTF8.GetBytes(path + '\0'), mode) == 0)
            return FileRights.Full;
        var error = Marshal.GetLastPInvokeError();
        return error switch
        {
            NativeMethods.NoSuchFile or NativeMethods.NoSuchFolder => FileRights.Nothing,
            NativeMethods.AccessDenied or NativeMethods.NotPermitted => FileRights.Denied,
            NativeMethods.ReadOnlyFileSystem => FileRights.ReadOnlyDisk,
            _ => throw new IOException($"{path}: {new Win32Exception(error).Message}"),
        };
    }

    /// <summary>Whether the file is this user's own; always for root. Only the owner may set a mode, if only to what it is.</summary>
    public static bool IsOwn(string path)
    {
        if (OperatingSystem.IsWindows())
            return true;
        try
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path));
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static class NativeMethods
    {
        // unistd.h and errno.h; the same on Linux and macOS.
        public const int Enter = 1;
        public const int Write = 2;
        public const int Read = 4;
        public const int NotPermitted = 1;
        public const int NoSuchFile = 2;
        public const int AccessDenied = 13;
        public const int NoSuchFolder = 20;
        public const int ReadOnlyFileSystem = 30;

        [DllImport("libc", EntryPoint = "access", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Access(byte[] path, int mode);
    }
}
