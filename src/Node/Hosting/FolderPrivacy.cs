using System.Runtime.InteropServices;

namespace OuiShare.Federation.Node.Hosting;

/// <summary>
/// Keeps a data folder its owner's alone: its files hold the chapter's key and its members' data, and a folder that was made by hand or unpacked
/// from an archive may be open to every user of the machine.
/// </summary>
public static class FolderPrivacy
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerOfFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>What is inside folders inside the folder: keys, what a restore replaced. Nothing of a node lies deeper.</summary>
    private const int Depth = 4;

    /// <summary>Files and folders that this process makes from now on are its user's alone, whoever makes them (SQLite does, for one).</summary>
    public static void HideNewFiles()
    {
        if (!OperatingSystem.IsWindows())
            _ = NativeMethods.UMask(Convert.ToUInt32("077", fromBase: 8));
    }

    /// <summary>Takes the folder and all files in it from everybody but their owner. Links are not followed.</summary>
    /// <returns>How many were open to others; 0 as a rule.</returns>
    /// <exception cref="StartRefusedException">A file is another user's: its owner could open it again at any time.</exception>
    internal static int Tighten(string folder)
    {
        if (OperatingSystem.IsWindows())
            return 0;

        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = Depth, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
        // A folder that is lent to this user (a container's volume, a group's) may stay as it is; the files inside are what counts.
        var opened = FileAccessCheck.IsOwn(folder) && Close(folder, Owner) ? 1 : 0;
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", options).Where(entry => entry.Name != DataFolder.LostAndFound))
        {
            try
            {
                opened += Close(entry.FullName, entry is DirectoryInfo ? Owner : OwnerOfFile) ? 1 : 0;
            }
            catch (UnauthorizedAccessException e)
            {
                throw new StartRefusedException(FolderInspection.NotOurs(folder, entry.FullName), ExitCodes.NoPermission, e);
            }
        }

        return opened;
    }

    /// <summary>Sets the mode; true when others had a right before.</summary>
    private static bool Close(string path, UnixFileMode wanted)
    {
        if (OperatingSystem.IsWindows())
            return false;
        try
        {
            var mode = File.GetUnixFileMode(path);
            // What the operator put there and may run stays so for her.
            var kept = wanted | (mode & UnixFileMode.UserExecute);
            if (mode != kept)
                File.SetUnixFileMode(path, kept);
            return (mode & ~Owner) != 0;
        }
        catch (FileNotFoundException)
        {
            // SQLite removes its own.
            return false;
        }
    }

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "umask")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern uint UMask(uint mask);
    }
}
