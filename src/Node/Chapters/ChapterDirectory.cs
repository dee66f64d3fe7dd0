using System.Collections.Concurrent;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Chapters;

/// <summary>Reads what chapters say of themselves and which of their members are shown. Thread-safe.</summary>
public sealed class ChapterDirectory
{
    /// <summary>Most members of one chapter listed.</summary>
    public const int MembersListed = 500;

    private readonly NodeDatabase _database;
    private readonly JournalRegister _register;
    private readonly JournalReader _reader;
    private readonly Origin _own;

    // Descriptions by origin, with the sizes of the origin's journals they were read at: read again only when a journal grew.
    private readonly ConcurrentDictionary<Origin, (ulong Size, ChapterRecord? Record)> _known = [];

    internal ChapterDirectory(NodeDatabase database, JournalRegister register, JournalReader reader, Origin own)
    {
        _database = database;
        _register = register;
        _reader = reader;
        _own = own;
    }

    /// <summary>This node's own key.</summary>
    public Origin Own => _own;

    /// <summary>This chapter as it describes itself; null before set-up.</summary>
    public ChapterRecord? OwnRecord => Find(_own);

    /// <summary>Whether the node has been set up.</summary>
    public bool IsSetUp => _database.Read(session => NodeSettings.Read(session, NodeSettings.SetUpAt)) is not null;

    /// <summary>The address its admin gave for this node; null: none.</summary>
    public string? OwnAddress => _database.Read(session => NodeSettings.Read(session, NodeSettings.Address));

    /// <summary>A chapter as it describes itself; null while its journal has not said.</summary>
    public ChapterRecord? Find(Origin origin)
    {
        var size = SizeOf(origin);
        if (_known.TryGetValue(origin, out var known) && known.Size == size)
            return known.Record;

        var stored = _reader.FindRecord(origin, RecordKind.Chapter, RecordId.Zero);
        var record = stored?.Body is { } body ? ReadableRecord.Chapter(body) : null;
        // A text that is missing or damaged comes without the journal growing.
        if (stored is not { IsWithdrawn: false, Body: null })
            _known[origin] = (size, record);
        return record;
    }

    /// <summary>The origin whose key begins with these 20 digits; null when no journal here is its, or its chapter is blocked.</summary>
    public Origin? FindOrigin(string originShort) =>
        originShort == _own.Short ? _own : _register.FindOrigin(originShort) is { } origin && !_register.IsBlocked(origin) ? origin : null;

    /// <summary>Whether this node's admin blocked a chapter.</summary>
    public bool IsBlocked(Origin origin) => _register.IsBlocked(origin);

    /// <summary>First 20 digits of the keys of chapters that are blocked here: nothing of theirs is shown.</summary>
    internal IReadOnlyCollection<string> Hidden => _register.Blocked.Count == 0 ? [] : [.. _register.Blocked.Select(origin => origin.Short)];

    /// <summary>A chapter's name; the beginning of its key while it is unknown.</summary>
    public string NameOf(Origin origin) => Find(origin)?.Name is { Length: > 0 } name ? name : origin.Short[..8];

    /// <summary>Every chapter whose journal is held here, by name; this one among them, blocked ones not.</summary>
    public IReadOnlyList<KnownChapter> List() =>
        [.. _register.All.Where(journal => !_register.IsBlocked(journal.Journal.Origin)).GroupBy(journal => journal.Journal.Origin)
            .Select(journals => new KnownChapter(
                journals.Key,
                NameOf(journals.Key),
                Find(journals.Key),
                journals.Key == _own,
                journals.Aggregate(0UL, (sum, journal) => sum + journal.Size),
                journals.Min(journal => journal.AdmittedAt)))
            .OrderBy(chapter => chapter.Name, StringComparer.CurrentCultureIgnoreCase)];

    /// <summary>The members of a chapter who asked to be shown, by name.</summary>
    public IReadOnlyList<MemberRecord> ListShownMembers(Origin origin) =>
        [.. _reader.ListRecords(origin, RecordKind.Member, MembersListed).Select(record => ReadableRecord.Member(record.Body)).OfType<MemberRecord>()
            .OrderBy(member => member.Name, StringComparer.CurrentCultureIgnoreCase)];

    private ulong SizeOf(Origin origin)
    {
        var size = 0UL;
        foreach (var journal in _register.Of(origin))
            size += journal.Size;
        return size;
    }
}

/// <summary>A chapter whose journal is held here.</summary>
/// <param name="Origin">Its node's key.</param>
/// <param name="Name">Its name.</param>
/// <param name="Record">As it describes itself; null while unknown.</param>
/// <param name="IsOwn">It is this one.</param>
/// <param name="Entries">Entries held of it.</param>
/// <param name="KnownSince">Since when its journal is held here.</param>
public sealed record KnownChapter(Origin Origin, string Name, ChapterRecord? Record, bool IsOwn, ulong Entries, DateTimeOffset KnownSince);
