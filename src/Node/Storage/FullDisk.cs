using Microsoft.Data.Sqlite;

namespace OuiShare.Federation.Node.Storage;

/// <summary>
/// Tells a disk without room from one that fails. SQLite reports a full file system as such, but a quota, a limit on a file's size, and no room for
/// its shared memory as failed input and output, after which a node would have to stop; a failed fsync is never taken for a full disk.
/// </summary>
internal static class FullDisk
{
    /// <summary>Bytes that are tried: more than a file system keeps for a last few.</summary>
    private const int TriedBytes = 256 << 10;

    // errno.h of Linux and macOS; the last is EDQUOT of each.
    private const int NoSpace = 28;
    private const int FileTooLarge = 27;
    private const int QuotaOnLinux = 122;
    private const int QuotaOnMac = 69;

    // ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL of Windows, as HRESULT.
    private const int HandleDiskFull = unchecked((int)0x80070027);
    private const int DiskFull = unchecked((int)0x80070070);

    /// <summary>The database could not be written because there is no room.</summary>
    /// <param name="e">What SQLite said.</param>
    /// <param name="path">The database.</param>
    public static bool IsShownBy(SqliteException e, string path) =>
        e.SqliteErrorCode == SqliteCodes.Full
        || (e.SqliteExtendedErrorCode is SqliteCodes.WriteFailed or SqliteCodes.SharedMemorySize && !CanWriteBeside(path));

    /// <summary>A file could not be written because there is no room.</summary>
    public static bool IsShownBy(Exception e) => e is SqliteException { SqliteErrorCode: SqliteCodes.Full } || (e is IOException && e.HResult is NoSpace or FileTooLarge or QuotaOnLinux or QuotaOnMac or HandleDiskFull or DiskFull);

    /// <summary>What callers are told.</summary>
    public static StorageUnavailableException Refusal(string folder, Exception? inner) => new(
        $"The disk that holds {folder} is full; nothing was stored. Free some space there, then try again: the node goes on by itself.", inner)
    {
        IsDiskFull = true,
    };

    private static bool CanWriteBeside(string path)
    {
        var tried = path + ".room";
        try
        {
            using var file = new FileStream(tried, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            file.Write(new byte[TriedBytes]);
            file.Flush(flushToDisk: true);
            return true;
        }
        catch (IOException e) when (IsShownBy(e))
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The disk fails otherwise: then it is what SQLite says.
            return true;
        }
    }
}
