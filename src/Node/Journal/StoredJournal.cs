using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Journal;

/// <summary>A journal as this node holds it. Immutable; a new one takes its place when the journal grows.</summary>
/// <param name="Number">Its number in the database.</param>
/// <param name="OriginNumber">Its origin's number in the database.</param>
/// <param name="Journal">Whose, and which epoch.</param>
/// <param name="Head">How far it reaches, and the signed checkpoint that covers it; null while nothing is held.</param>
/// <param name="CarriedBy">The peer that first brought it; null for our own and for a peer's own.</param>
/// <param name="AdmittedAt">Since when it is held.</param>
/// <param name="Quarantine">Why it is no longer followed, in words; null: it is.</param>
/// <param name="Generation">Grows when another version takes the place of its end, or when it is followed again: of two states the later one.</param>
internal sealed record StoredJournal(
    long Number,
    long OriginNumber,
    JournalId Journal,
    JournalHead? Head,
    Origin? CarriedBy,
    DateTimeOffset AdmittedAt,
    string? Quarantine,
    long Generation = 0)
{
    /// <summary>How many entries are held.</summary>
    public ulong Size => Head?.Size ?? 0;
}
