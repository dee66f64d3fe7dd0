using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Integrity;

/// <summary>Something this node keeps that is no longer what was written there.</summary>
/// <param name="Kind">What sort of thing, and so who can mend it.</param>
/// <param name="Subject">Which table or file, or which entry of a block; empty where journal and position say it.</param>
/// <param name="Sentence">What is damaged, what that concerns and what to do, in English.</param>
internal sealed record Damage(DamageKind Kind, string Subject, string Sentence)
{
    /// <summary>The journal concerned; null when it is not one journal's.</summary>
    public JournalId? Journal { get; init; }

    /// <summary>Position of the first entry concerned.</summary>
    public ulong From { get; init; }

    /// <summary>How many entries from there on are concerned; 0 when it is not entries.</summary>
    public int Count { get; init; }

    /// <summary>Two findings with one key are the same damage, found twice.</summary>
    public (DamageKind, string, JournalId?, ulong) Key => (Kind, Subject, Journal, From);

    /// <summary>Peers hold the same and give it back; a backup may hold such damage and still be restored.</summary>
    public bool IsHeldByPeers => Kind is DamageKind.Text or DamageKind.Entries;

    /// <summary>It can be made again from what is sound.</summary>
    public bool IsDerived => Kind is DamageKind.Derived or DamageKind.Head or DamageKind.Index;

    /// <summary>How sentences name a journal: the beginning of its origin's key, and the epoch.</summary>
    public static string NameOf(JournalId journal) => $"{journal.Origin.Short[..8]}/{journal.Epoch}";

    /// <summary>The body of an entry is not the one the entry names.</summary>
    public static Damage Text(JournalId journal, ulong position) => new(
        DamageKind.Text, "", $"The text of entry {position} of journal {NameOf(journal)} is damaged on this disk. It is not shown, and is fetched again from a peer that has it.")
    {
        Journal = journal,
        From = position,
        Count = 1,
    };

    /// <summary>A table that is made from the entries does not agree with them, or cannot be read.</summary>
    public static Damage Derived(string table, string sentence) => new(DamageKind.Derived, table, sentence);
}

/// <summary>What sort of thing is damaged. Kept in a file by these names: they never change their meaning.</summary>
internal enum DamageKind
{
    /// <summary>The body of one entry.</summary>
    Text,

    /// <summary>Entries: among those from <see cref="Damage.From"/> on, at least one is not what was signed, or is gone.</summary>
    Entries,

    /// <summary>A table or an index that is derived from the entries.</summary>
    Derived,

    /// <summary>The row that says how far a journal reaches.</summary>
    Head,

    /// <summary>A signature: of a journal's checkpoint, or of a proof that a journal was forked.</summary>
    Proof,

    /// <summary>A table of the chapter's own: members, drafts, answers, peers.</summary>
    Private,

    /// <summary>The database's file.</summary>
    File,

    /// <summary>The search index's file.</summary>
    Index,
}
