namespace OuiShare.Federation.Node.Journal;

/// <summary>How entries are numbered in the database: the journal's number and the position in one 64-bit key.</summary>
internal static class JournalNumbers
{
    /// <summary>Bits of the position: 2^40 entries a journal, and 2^22 journals, fit into SQLite's positive integers.</summary>
    private const int PositionBits = 40;

    public static long Entry(long journalNumber, ulong position) => (journalNumber << PositionBits) | (long)position;

    public static ulong Position(long entryNumber) => (ulong)entryNumber & ((1UL << PositionBits) - 1);

    public static long Journal(long entryNumber) => entryNumber >> PositionBits;
}
