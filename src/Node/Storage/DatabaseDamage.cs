using Microsoft.Data.Sqlite;

namespace OuiShare.Federation.Node.Storage;

/// <summary>Tells failures that come of damaged pages or values from all others.</summary>
internal static class DatabaseDamage
{
    /// <summary>SQLite found a page malformed, the disk cannot give it back, or a value is not of the type that was written.</summary>
    public static bool IsShownBy(Exception e) => e is SqliteException { SqliteErrorCode: SqliteCodes.Corrupt or SqliteCodes.NotADatabase }
        or SqliteException { SqliteExtendedErrorCode: SqliteCodes.ReadFailed or SqliteCodes.ReadShort or SqliteCodes.FileSystemCorrupt }
        or InvalidCastException or InvalidDataException or FormatException or OverflowException or ArgumentException;

    /// <summary>SQLite found a page malformed.</summary>
    public static bool IsMalformed(SqliteException e) => e.SqliteErrorCode is SqliteCodes.Corrupt or SqliteCodes.NotADatabase;

    /// <summary>What it says, as part of a sentence.</summary>
    public static string Reason(Exception e) => e.Message.ReplaceLineEndings(" ").TrimEnd('.');
}
