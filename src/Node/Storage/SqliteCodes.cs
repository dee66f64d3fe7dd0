namespace OuiShare.Federation.Node.Storage;

/// <summary>Primary result codes of SQLite that we tell apart (https://www.sqlite.org/rescode.html).</summary>
internal static class SqliteCodes
{
    public const int InputOutput = 10;
    public const int Corrupt = 11;
    public const int Full = 13;
    public const int CannotOpen = 14;
    public const int TooLarge = 18;
    public const int Constraint = 19;
    public const int NotADatabase = 26;
}
