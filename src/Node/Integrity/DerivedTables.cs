using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Integrity;

/// <summary>
/// Makes again what follows from what is sound: <c>records</c> and <c>subtrees</c> from the entries, the end of a journal from memory, indexes
/// from their tables; and copies what can be read of a broken table into a new one. All of it runs in the writer's transaction, a second or two for
/// 100,000 entries, in which nothing else is written.
/// </summary>
/// <remarks>
/// After a transaction has met a malformed page, SQLite refuses to commit it. So what may be broken is read through a connection of its own,
/// and never touched in the transaction that puts a new table in its place.
/// </remarks>
internal static class DerivedTables
{
    /// <summary>Mends a damage; false when it cannot be derived, or not just now since other work of this group changed what it is derived from.</summary>
    /// <param name="session">The writer's.</param>
    /// <param name="committed">A connection of its own, for reading.</param>
    /// <param name="damage">The damage.</param>
    /// <param name="isReadable">SQLite finds no fault with the pages of the table.</param>
    /// <param name="register">The journals.</param>
    public static bool TryRebuild(DatabaseSession session, DatabaseSession committed, Damage damage, bool isReadable, JournalRegister register)
    {
        if (!IsSame(session, committed))
            return false;
        switch (damage)
        {
            case { Kind: DamageKind.Derived, Subject: "records" }:
                Empty(session, "records", isReadable);
                RebuildRecords(session, committed, register);
                return true;
            case { Kind: DamageKind.Derived, Subject: "subtrees" }:
                Empty(session, "subtrees", isReadable);
                RebuildSubtrees(session, committed, register);
                return true;
            case { Kind: DamageKind.Derived, Subject: "entries" or "bodies" }:
                Salvage(session, committed, damage.Subject, register);
                return true;
            case { Kind: DamageKind.Derived }:
                RebuildIndexes(session, committed, damage.Subject);
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

    // What the other connection reads is all there is: no other work of this group has appended to a journal.
    private static bool IsSame(DatabaseSession session, DatabaseSession committed)
    {
        const string sizes = "SELECT count(*), coalesce(sum(size), 0) FROM journals";
        return session.First(sizes, row => (row.GetInt64(0), row.GetInt64(1))) == committed.First(sizes, row => (row.GetInt64(0), row.GetInt64(1)));
    }

    /// <summary>All entries are read again, as if they came now; their bodies stay.</summary>
    private static void RebuildRecords(DatabaseSession session, DatabaseSession committed, JournalRegister register)
    {
        var isWhole = true;
        foreach (var journal in register.All.OrderBy(journal => journal.Journal))
        {
            ForEachBlock(committed, journal, rows =>
            {
                foreach (var row in rows)
                {
                    var isReadable = EntryHeader.TryRead(row.Bytes ?? [], out var header, out _) && header.Journal == journal.Journal;
                    isWhole &= isReadable && !row.IsUnreadable;
                    if (!isReadable)
                        continue;
                    JournalTables.Note(session, journal, header, row.Body is { } body && body.Hash() == header.BodyHash);
                }
            });
        }

        // Where every entry could be read, a body that is no living record's newest was forgotten when it should have gone.
        if (isWhole)
            session.Execute("DELETE FROM bodies WHERE entry_number NOT IN (SELECT entry_number FROM records WHERE is_withdrawn = 0)");
    }

    private static void RebuildSubtrees(DatabaseSession session, DatabaseSession committed, JournalRegister register)
    {
        foreach (var journal in register.All)
        {
            var tree = new MerkleRange();
            var isWhole = true;
            ForEachBlock(committed, journal, rows =>
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

    private static void Salvage(DatabaseSession session, DatabaseSession committed, string table, JournalRegister register)
    {
        var made = SqlOf(committed, table).Single();
        Forget(session, "tbl_name", table);
        RunOnce(session, made);
        foreach (var journal in register.All)
        {
            for (var position = 0UL; position < journal.Size; position++)
                CopyRow(session, committed, table, JournalNumbers.Entry(journal.Number, position));
        }
    }

    private static void CopyRow(DatabaseSession session, DatabaseSession committed, string table, long number)
    {
        var isEntry = table == "entries";
        try
        {
            var row = isEntry
                ? committed.First("SELECT bytes, stored_at FROM entries WHERE entry_number = ?1", row => new object[] { row.GetFieldValue<byte[]>(0), row.GetInt64(1) }, number)
                : committed.First("SELECT salt, record FROM bodies WHERE entry_number = ?1", row => new object[] { row.GetFieldValue<byte[]>(0), row.GetFieldValue<byte[]>(1) }, number);
            if (row is not null && isEntry)
                session.Execute("INSERT INTO entries(entry_number, bytes, stored_at) VALUES (?1, ?2, ?3)", number, row[0], row[1]);
            else if (row is not null)
                session.Execute("INSERT INTO bodies(entry_number, salt, record) VALUES (?1, ?2, ?3)", number, row[0], row[1]);
        }
        catch (Exception e) when (DatabaseDamage.IsShownBy(e))
        {
            // Lost with its page; a peer gives it back.
        }
    }

    // An index that belongs to a constraint has no text of its own, and is made again in place.
    private static void RebuildIndexes(DatabaseSession session, DatabaseSession committed, string table)
    {
        var indexes = committed.List(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL", row => (Name: row.GetString(0), Sql: row.GetString(1)), table);
        foreach (var (name, sql) in indexes)
        {
            Forget(session, "name", name);
            RunOnce(session, sql);
        }

        if (indexes.Count == 0)
            RunOnce(session, $"REINDEX \"{table}\"");
    }

    private static void ForEachBlock(DatabaseSession session, StoredJournal journal, Action<EntryRow[]> use)
    {
        for (var begin = 0UL; begin < journal.Size; begin += IntegrityLimits.Block)
            use(EntryRows.Read(session, journal, begin, Math.Min(begin + IntegrityLimits.Block, journal.Size)));
    }

    private static void Empty(DatabaseSession session, string table, bool isReadable)
    {
        if (isReadable)
        {
            RunOnce(session, $"DELETE FROM {table}");
            return;
        }

        var made = SqlOf(session, table);
        Forget(session, "tbl_name", table);
        made.ForEach(sql => RunOnce(session, sql));
    }

    // A table with malformed pages cannot even be dropped: its pages could not be walked. So only its name is; the pages go when the file is
    // written anew, in a quiet moment.
    private static void Forget(DatabaseSession session, string column, string name)
    {
        RunOnce(session, $"PRAGMA writable_schema=ON; DELETE FROM sqlite_schema WHERE {column} = '{name}'; PRAGMA writable_schema=RESET");
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
