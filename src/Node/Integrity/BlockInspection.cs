using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Integrity;

/// <summary>
/// Checks a block of entries: each is there, can be read and names its place; each body is the one its entry names; and <c>records</c>
/// and <c>bodies</c> say of each what follows from all entries.
/// </summary>
/// <param name="epochOf">The epoch of a journal by its number, for what is newer.</param>
/// <param name="findings">Where damage goes.</param>
internal sealed class BlockInspection(Func<long, uint?> epochOf, Findings findings)
{
    /// <summary>The block's leaves folded together; null when one of them is gone or cannot be read.</summary>
    /// <remarks>Leaves a transaction open on the connection, which is to be closed after it.</remarks>
    public MerkleRange? Check(DatabaseSession session, StoredJournal journal, ulong begin, ulong end)
    {
        // One snapshot, until the connection is closed: a body that is replaced between two statements would look like damage.
        session.Execute("BEGIN");
        var range = new MerkleRange(begin);
        var isWhole = true;
        var rows = EntryRows.Read(session, journal, begin, end);
        for (var position = begin; position < end; position++)
        {
            var row = rows[(int)(position - begin)];
            if (row.Bytes is null)
            {
                isWhole = false;
                AddGone(journal, position, begin, end, row.IsUnreadable);
                continue;
            }

            findings.Entries++;
            if (isWhole)
                range.Append(Hash.OfLeaf(row.Bytes));
            if (!EntryHeader.TryRead(row.Bytes, out var header, out var problem) || header.Journal != journal.Journal || header.Position != position)
                AddEntry(journal, position, begin, end, problem);
            else
                CheckBody(session, journal, row, header);
        }

        return isWhole ? range : null;
    }

    private void CheckBody(DatabaseSession session, StoredJournal journal, EntryRow row, EntryHeader header)
    {
        if (row.Body is { } body)
        {
            findings.Bodies++;
            if (body.Hash() != header.BodyHash)
            {
                findings.Add(Damage.Text(journal.Journal, header.Position));
                return;
            }
        }
        else if (row.IsUnreadable)
        {
            findings.Add(Damage.Text(journal.Journal, header.Position));
            return;
        }

        CheckRecord(session, journal, header, row.Body is not null);
    }

    private void CheckRecord(DatabaseSession session, StoredJournal journal, EntryHeader header, bool hasBody)
    {
        RecordRow? record;
        try
        {
            record = RecordRow.Find(session, journal.OriginNumber, header);
        }
        catch (Exception e) when (DatabaseDamage.IsShownBy(e))
        {
            AddRecords($"cannot be read ({DatabaseDamage.Reason(e)})");
            return;
        }

        var number = JournalNumbers.Entry(journal.Number, header.Position);
        var isNewest = record?.Number == number;
        var isLiving = isNewest && !record!.IsWithdrawn;
        if (record is null || !IsPossible(record, journal, header, isNewest) || (hasBody && !isLiving) || (hasBody && record.IsMissing))
            AddRecords("does not agree with the entries");
        else if (isLiving && !hasBody && !record.IsMissing)
            findings.Add(Damage.Text(journal.Journal, header.Position));
    }

    // The newest entry counts, and a withdrawal for ever, whichever epoch it stands in.
    private bool IsPossible(RecordRow record, StoredJournal journal, EntryHeader header, bool isNewest)
    {
        var isWithdrawal = header.BodyHash is null;
        if (isNewest)
            return record.IsWithdrawn == isWithdrawal;
        if (record.IsWithdrawn)
            return true;
        return !isWithdrawal && epochOf(JournalNumbers.Journal(record.Number)) is { } epoch
            && (epoch, JournalNumbers.Position(record.Number)).CompareTo((journal.Journal.Epoch, header.Position)) > 0;
    }

    private void AddGone(StoredJournal journal, ulong position, ulong begin, ulong end, bool isUnreadable) => findings.Add(new Damage(
        DamageKind.Entries,
        $"{position}",
        isUnreadable
            ? $"The page of the database that holds entry {position} of journal {Damage.NameOf(journal.Journal)} cannot be read. It is fetched again from a peer that has it."
            : $"Journal {Damage.NameOf(journal.Journal)} lacks its entry {position}. It is fetched again from a peer that has it.")
    {
        Journal = journal.Journal,
        From = begin,
        Count = (int)(end - begin),
    });

    private void AddEntry(StoredJournal journal, ulong position, ulong begin, ulong end, string? problem) => findings.Add(new Damage(
        DamageKind.Entries,
        $"{position}",
        $"Entry {position} of journal {Damage.NameOf(journal.Journal)} is not what stood there: {problem ?? "it names another place."} It is fetched again from a peer that has it.")
    {
        Journal = journal.Journal,
        From = begin,
        Count = (int)(end - begin),
    });

    private void AddRecords(string how) => findings.Add(Damage.Derived(
        "records", $"The table records, which says which entry is the newest of each record, {how}: events cannot be found, or are shown as they were. It is made again from the entries; `ouishare verify --repair` does it now."));
}
