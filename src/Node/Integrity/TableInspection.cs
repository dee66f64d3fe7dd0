using Google.Protobuf;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Integrity;

/// <summary>Checks every table that is not entries and bodies, and the file as a whole.</summary>
internal sealed class TableInspection(NodeDatabase database, Findings findings)
{
    /// <summary>The large tables, which are walked row by row anyway.</summary>
    private static readonly string[] Walked = ["entries", "bodies", "records", "subtrees"];

    private static readonly string[] Public = ["entries", "bodies", "records", "subtrees", "origins", "journals", "forks"];

    /// <summary>The tables of the database.</summary>
    public IReadOnlyList<string> List() =>
        database.Read(session => session.List("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name", row => row.GetString(0)));

    /// <summary>Lets SQLite check one table with its indexes.</summary>
    /// <param name="table">Its name, as <see cref="List"/> gives it.</param>
    /// <param name="isThorough">The large ones too, which cannot be done in small pieces.</param>
    public void CheckTable(string table, bool isThorough)
    {
        if (!isThorough && Walked.Contains(table))
            return;
        var lines = Check(database, $"PRAGMA integrity_check('{table}')");
        if (lines.Count == 0)
            return;
        var what = $"{lines[0]}{(lines.Count > 1 ? $", and {lines.Count - 1} more" : "")}";
        findings.Add(table switch
        {
            "records" or "subtrees" => Damage.Derived(table, $"The table {table} is damaged on this disk ({what}). It is made again from the entries; `ouishare verify --repair` does it now."),
            "entries" or "bodies" => new Damage(
                DamageKind.Derived, table, $"The table {table} is damaged on this disk ({what}). What can be read of it is copied into a new one, and the rest is fetched again from peers; `ouishare verify --repair` does it now."),
            _ when lines.All(IsAboutIndex) => Damage.Derived(table, $"An index of the table {table} is damaged on this disk ({what}). It is made again from the table; `ouishare verify --repair` does it now."),
            _ => new Damage(
                Public.Contains(table) ? DamageKind.File : DamageKind.Private,
                table,
                $"The table {table} of the node's database is damaged on this disk ({what}), and no other node has it. Restore a backup; make one of what is left first."),
        });
    }

    /// <summary>Whether SQLite finds no fault with a table and its indexes.</summary>
    public static bool IsReadable(NodeDatabase database, string table) => Check(database, $"PRAGMA integrity_check('{table}')").Count == 0;

    /// <summary>Lets SQLite check the whole file in one go: seconds for each gigabyte.</summary>
    public void CheckFile()
    {
        var lines = Check(database, "PRAGMA integrity_check");
        if (lines.Count > 0 && findings.Damages.All(damage => damage.Kind is not (DamageKind.Derived or DamageKind.File or DamageKind.Private or DamageKind.Entries or DamageKind.Text)))
            findings.Add(new Damage(DamageKind.File, "node.db", $"The node's database is damaged on this disk ({lines[0]}). Make a backup now; if that fails, restore an older one."));
    }

    /// <summary>Each row of <c>records</c> names an entry that is about this record.</summary>
    public async Task CheckRecordsAsync(Func<Task> afterPage, CancellationToken cancellationToken)
    {
        var last = (Origin: -1L, Kind: 0L, Id: Array.Empty<byte>());
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                var page = database.Read(session => session.List(
                    """
                    SELECT origin_number, kind, record_id, r.entry_number, bytes FROM records r LEFT JOIN entries e ON e.entry_number = r.entry_number
                    WHERE (origin_number, kind, record_id) > (?1, ?2, ?3) ORDER BY origin_number, kind, record_id LIMIT ?4
                    """,
                    row => (Key: (row.GetInt64(0), row.GetInt64(1), row.GetFieldValue<byte[]>(2)), Bytes: row.IsDBNull(4) ? null : row.GetFieldValue<byte[]>(4)),
                    last.Origin, last.Kind, last.Id, IntegrityLimits.TablePage));
                if (page.Count == 0)
                    return;
                foreach (var row in page)
                    CheckRecord(row.Key.Item2, row.Key.Item3, row.Bytes);
                last = page[^1].Key;
            }
            catch (Exception e) when (DatabaseDamage.IsShownBy(e))
            {
                if (!findings.HasDamagedEntries)
                    AddRecords($"cannot be read ({DatabaseDamage.Reason(e)})");
                return;
            }

            await afterPage();
        }
    }

    /// <summary>Proofs of forks prove something; drafts and members' lines can be read.</summary>
    public void CheckContents()
    {
        Guard("forks", () =>
        {
            foreach (var (note, other) in database.Read(session => session.List(
                "SELECT note, other_note FROM forks", row => (row.GetFieldValue<byte[]>(0), row.GetFieldValue<byte[]>(1)))))
            {
                findings.Signatures += 2;
                if (SignedCheckpoint.Verify(note) is CheckpointVerification.Refused || SignedCheckpoint.Verify(other) is CheckpointVerification.Refused)
                    findings.Add(new Damage(DamageKind.Proof, "forks", "A proof that a journal was forked is damaged on this disk: it proves nothing any more. Restore a backup, if you have to show it."));
            }
        });
        Guard("drafts", () => CheckMessages("drafts", "SELECT record FROM drafts", EventRecord.Parser));
        Guard("members", () => CheckMessages("members", "SELECT tagline FROM members WHERE tagline IS NOT NULL", LocalizedText.Parser));
    }

    private void CheckMessages(string table, string sql, MessageParser parser)
    {
        foreach (var bytes in database.Read(session => session.List(sql, row => row.GetFieldValue<byte[]>(0))))
        {
            try
            {
                parser.ParseFrom(bytes);
            }
            catch (InvalidProtocolBufferException)
            {
                findings.Add(new Damage(DamageKind.Private, table, $"A row of the table {table} of the node's database is damaged on this disk, and no other node has it. Restore a backup."));
                return;
            }
        }
    }

    private void CheckRecord(long kind, byte[] id, byte[]? bytes)
    {
        var isSame = bytes is not null && EntryHeader.TryRead(bytes, out var header, out _) && (long)header.Kind == kind && header.RecordId.ToByteArray().AsSpan().SequenceEqual(id);
        // Where entries are damaged, this follows from it.
        if (!isSame && !findings.HasDamagedEntries)
            AddRecords("does not agree with the entries");
    }

    private void AddRecords(string how) => findings.Add(Damage.Derived(
        "records", $"The table records, which says which entry is the newest of each record, {how}: events cannot be found, or are shown as they were. It is made again from the entries; `ouishare verify --repair` does it now."));

    private static bool IsAboutIndex(string line) => line.Contains("index", StringComparison.OrdinalIgnoreCase);

    private static List<string> Check(NodeDatabase database, string pragma)
    {
        try
        {
            // A connection of its own: the text is new for each table, and a shared one keeps what it once prepared.
            using var session = NodeDatabase.OpenReader(database.Path);
            return [.. session.List(pragma, row => row.GetString(0)).Where(line => line != "ok").Take(IntegrityLimits.CheckLines).Select(line => line.ReplaceLineEndings(" ").Trim())];
        }
        catch (Exception e) when (DatabaseDamage.IsShownBy(e))
        {
            return [DatabaseDamage.Reason(e)];
        }
    }

    private void Guard(string table, Action check)
    {
        try
        {
            check();
        }
        catch (Exception e) when (DatabaseDamage.IsShownBy(e))
        {
            findings.Add(new Damage(DamageKind.Private, table, $"The table {table} of the node's database cannot be read ({DatabaseDamage.Reason(e)}). Restore a backup; make one of what is left first."));
        }
    }
}
