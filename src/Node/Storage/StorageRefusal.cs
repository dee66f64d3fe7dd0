using Microsoft.Data.Sqlite;
using OuiShare.Federation.Node.Hosting;

namespace OuiShare.Federation.Node.Storage;

/// <summary>Says in words why a node's database or index could not be opened.</summary>
public static class StorageRefusal
{
    /// <summary>The sentence and exit code for what SQLite said as the files of a folder were opened.</summary>
    public static StartRefusedException From(SqliteException failure, string folder)
    {
        var said = failure.Message.ReplaceLineEndings(" ").TrimEnd('.');
        return failure.SqliteErrorCode switch
        {
            SqliteCodes.Permission or SqliteCodes.ReadOnly or SqliteCodes.CannotOpen => new(
                $"A database in {folder} cannot be opened for writing by the user {Environment.UserName} ({said}). Give the folder to this user: sudo chown -R {Environment.UserName} {folder}.",
                ExitCodes.NoPermission, failure),
            SqliteCodes.Full => new($"The disk of {folder} is full. Free some space, then start the node again; nothing is lost.", ExitCodes.DiskFailed, failure),
            SqliteCodes.InputOutput => new($"The disk of {folder} failed ({said}). See the system's log.", ExitCodes.DiskFailed, failure),
            SqliteCodes.Busy or SqliteCodes.Locked => new(
                $"Another program has a database in {folder} open ({said}). Close it, then start the node again.", ExitCodes.AlreadyRunning, failure),
            _ => new($"A database in {folder} is damaged ({said}). Restore a backup; the files are left as they are.", ExitCodes.DamagedData, failure),
        };
    }
}
