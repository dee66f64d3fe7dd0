using Microsoft.Data.Sqlite;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Integrity;

/// <summary>
/// Makes again what follows from what is sound: <c>records</c> and <c>subtrees</c> from the entries, the end of a journal from memory, indexes
/// from their tables; and copies what can be read of a broken table into a new one. All of it runs in the writer's transaction, a second or two for
/// 100,000 entries, in which nothing else is written.
/// </summary>
internal static class DerivedTables
{
    /// <summary>Mends a damage; false when it cannot be derived.</summary>
    public static bool TryRebuild(DatabaseSession session, Damage damage, JournalRegister register)
    {
        switch (damage)
        {
            case { Kind: DamageKind.Derived, Subject: "records" }:
                RebuildRecords(session, register);
                return true;
            case { Kind: DamageKind.Derived, Subject: "subtrees" }:
                RebuildSubtrees(session, register);
                return true;
            case { Kind: DamageKind.Derived, Subject: "entries" or "bodies" }:
                Salvage(session, damage.Subject, register);
                return true;
            case { Kind: DamageKind.Derived }:
                RunOnce(session, $"REINDEX \"{damage.Subject.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
                return true;
            case { Kind: DamageKind.Head, Journal: { } journal } when register.Find(journal) is { Head: { } head } stored:
                session.Execute(
                    "UPDATE journals SET size = ?2, left_range = ?3, right_range = ?4, note = ?5 WHERE journal_number = ?1",
                    stored.Number, (long)head.Size, head.Range.ToBytes(), head.Right.ToBytes(), head.Checkpoint.Note.ToArray());
                return true;
            default:
                return false;
        }
    }

    /// <summary>All entries are read again, as if they came now; their bodies stay.</summary>
    private static void RebuildRecords(DatabaseSession session, JournalRegister register)
    {
        Empty(session, "records");
        foreach (var journal in register.All.OrderBy(journal => journal.Journal))
            ForEachBlock(session, journal, rows =>
            {
                foreach (var row in rows.Where(row => row.Bytes is not null))
                {
                    if (EntryHeader.TryRead(row.Bytes, out var header, out _) && header.Journal == journal.Journal)
                        JournalTables.Note(session, journal, header, row.Body is { } body && body.Hash() == header.BodyHash);
                }
            });

        // Where every entry could be read, what is no living record's newest body was forgotten when it should have gone.
        session.Execute(
            "DELETE FROM bodies WHERE entry_number IN (SELECT b.entry_number FROM bodies b JOIN entries e USING (entry_number)) "
            + "AND entry_number NOT IN (SELECT entry_number FROM records WHERE is_withdrawn = 0) AND (SELECT count(*) FROM entries) = ?1",
            (long)register.All.Aggregate(0UL, (sum, journal) => sum + journal.Size));
    }

    private static void RebuildSubtrees(DatabaseSession session, JournalRegister register)
    {
        Empty(session, "subtrees");
        foreach (var journal in register.All)
        {
            var tree = new MerkleRange();
            var isWhole = true;
            ForEachBlock(session, journal, rows =>
            {
                isWhole &= rows.All(row => row.Bytes is not null);
                if (!isWhole)
                    return;
                foreach (var row in rows)
                    tree.Append(Hash.OfLeaf(row.Bytes), subtree => Keep(session, journal, subtree));
            });
        }
    }

    private static void Keep(DatabaseSession session, StoredJournal journal, Subtree subtree)
    {
        if (subtree.Place.Level >= Subtree.LowestKeptLevel)
        {
            session.Execute(
                "INSERT OR REPLACE INTO subtrees(journal_number, level, subtree_index, hash) VALUES (?1, ?2, ?3, ?4)",
                journal.Number, subtree.Place.Level, (long)subtree.Place.Index, subtree.Hash.ToByteArray());
        }
    }

    private static void Salvage(DatabaseSession session, string table, JournalRegister register)
    {
        var columns = table == "entries" ? "entry_number, bytes, stored_at" : "entry_number, salt, record";
        var made = SqlOf(session, table);
        RunOnce(session, made.Single().Replace($"TABLE {table}", "TABLE salvaged", StringComparison.Ordinal));
        foreach (var journal in register.All)
        {
            for (var position = 0UL; position < journal.Size; position++)
            {
                try
                {
                    session.Execute(
                        table == "entries"
                            ? "INSERT INTO salvaged(entry_number, bytes, stored_at) SELECT entry_number, bytes, stored_at FROM entries WHERE entry_number = ?1"
                            : "INSERT INTO salvaged(entry_number, salt, record) SELECT entry_number, salt, record FROM bodies WHERE entry_number = ?1",
                        JournalNumbers.Entry(journal.Number, position));
                }
                catch (SqliteException e) when (DatabaseDamage.IsShownBy(e))
                {
                    // Lost with its page; a peer gives it back.
                }
            }
        }

        Forget(session, table);
        RunOnce(session, $"{made.Single()}; INSERT INTO {table}({columns}) SELECT {columns} FROM salvaged; DROP TABLE salvaged");
    }

    private static void ForEachBlock(DatabaseSession session, StoredJournal journal, Action<EntryRow[]> use)
    {
        for (var begin = 0UL; begin < journal.Size; begin += IntegrityLimits.Block)
            use(EntryRows.Read(session, journal, begin, Math.Min(begin + IntegrityLimits.Block, journal.Size)));
    }

    private static void Empty(DatabaseSession session, string table)
    {
        try
        {
            RunOnce(session, $"DELETE FROM {table}");
        }
        catch (SqliteException e) when (DatabaseDamage.IsShownBy(e))
        {
            var made = SqlOf(session, table);
            Forget(session, table);
            made.ForEach(sql => RunOnce(session, sql));
        }
    }

    // A table with malformed pages cannot even be dropped: its pages could not be walked. So only its name is; the pages go when the file is
    // written anew, in a quiet moment.
    private static void Forget(DatabaseSession session, string table)
    {
        RunOnce(session, $"PRAGMA writable_schema=ON; DELETE FROM sqlite_schema WHERE tbl_name = '{table}'; PRAGMA writable_schema=RESET");
        session.HasErased = true;
    }

    private static List<string> SqlOf(DatabaseSession session, string table) =>
        session.List("SELECT sql FROM sqlite_schema WHERE tbl_name = ?1 AND sql IS NOT NULL ORDER BY type DESC", row => row.GetString(0), table);

    // Not through the session's prepared statements: the tables they know change under them.
    private static void RunOnce(DatabaseSession session, string sql)
    {
        using var command = session.Connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
