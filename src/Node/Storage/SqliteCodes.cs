namespace OuiShare.Federation.Node.Storage;

/// <summary>Primary result codes of SQLite that we tell apart (https://www.sqlite.org/rescode.html).</summary>
internal static class SqliteCodes
{
    public const int Permission = 3;
    public const int Busy = 5;
    public const int Locked = 6;
    public const int ReadOnly = 8;
    public const int InputOutput = 10;
    public const int Corrupt = 11;
    public const int Full = 13;
    public const int CannotOpen = 14;
    public const int TooLarge = 18;
    public const int Constraint = 19;
    public const int NotADatabase = 26;

    // Extended codes: what exactly failed.
    public const int ReadFailed = InputOutput | (1 << 8);
    public const int ReadShort = InputOutput | (2 << 8);
    public const int WriteFailed = InputOutput | (3 << 8);
    public const int SharedMemorySize = InputOutput | (19 << 8);
    public const int FileSystemCorrupt = InputOutput | (33 << 8);
}
