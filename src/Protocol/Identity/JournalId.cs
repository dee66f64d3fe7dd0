namespace OuiShare.Federation.Protocol;

/// <summary>Names a journal: who writes it, and which life of it this is. Ordered by origin, then epoch.</summary>
/// <param name="Origin">The node that writes it.</param>
/// <param name="Epoch">Which life of the origin's journal, from 0; it grows when a restored node cannot learn how far it had come.</param>
public readonly record struct JournalId(Origin Origin, uint Epoch) : IComparable<JournalId>
{
    /// <inheritdoc/>
    public int CompareTo(JournalId other) => Origin.CompareTo(other.Origin) is not 0 and var byOrigin ? byOrigin : Epoch.CompareTo(other.Epoch);

    /// <summary>64 hexadecimal digits, a slash and the epoch.</summary>
    public override string ToString() => $"{Origin}/{Epoch}";

    /// <summary>Comes earlier.</summary>
    public static bool operator <(JournalId left, JournalId right) => left.CompareTo(right) < 0;

    /// <summary>Comes later.</summary>
    public static bool operator >(JournalId left, JournalId right) => left.CompareTo(right) > 0;

    /// <summary>The same or earlier.</summary>
    public static bool operator <=(JournalId left, JournalId right) => left.CompareTo(right) <= 0;

    /// <summary>The same or later.</summary>
    public static bool operator >=(JournalId left, JournalId right) => left.CompareTo(right) >= 0;
}
