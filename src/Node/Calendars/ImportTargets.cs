using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>Which event of the node an event of a calendar is.</summary>
internal abstract record ImportTarget
{
    /// <summary>An event of this chapter, known or new.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="IsBeside">Another calendar gave its UID to another event, which stays.</param>
    internal sealed record Event(Guid Id, bool IsBeside) : ImportTarget;

    /// <summary>One that this chapter published, come back in a feed of the network.</summary>
    internal sealed record Own : ImportTarget;

    /// <summary>One that another chapter published, and that is here through the network.</summary>
    internal sealed record Network : ImportTarget;
}

/// <summary>
/// Finds which event each of a calendar is, for one import. Calendars' UIDs are not unique, whatever RFC 5545 says: many programs number from 1.
/// </summary>
internal sealed class ImportTargets(NodeDatabase database, ChapterDirectory chapters, EventDirectory events)
{
    // A UID that is as long as this, or names a site, was made to be unique.
    private const int UniqueUidLength = 20;

    private readonly Dictionary<Guid, ParsedEvent> _claimed = [];

    /// <summary>The event that a calendar's is. Call it once for each, in the order of the file.</summary>
    /// <param name="parsed">The calendar's event.</param>
    /// <param name="source">What tells the calendar from others; empty when nothing does.</param>
    public ImportTarget Find(ParsedEvent parsed, string source)
    {
        var uid = parsed.Uid;
        if (NetworkUid.Read(uid.Split('/')[0]) is { } network)
        {
            var isOwn = network.OriginShort == chapters.Own.Short;
            if (events.Find(network.OriginShort, network.Id.ToGuid()) is not EventLookup.Unknown)
                return isOwn ? new ImportTarget.Own() : new ImportTarget.Network();
            // A chapter that begins anew takes its events back from its feed, under the UIDs their calendars know.
            uid = isOwn ? parsed.Event.Uid : uid;
        }

        var (plain, beside) = (IdOf(uid), IdOf($"{source}\n{uid}"));
        if (source.Length > 0 && (IsAnothers(plain, parsed, source) || database.Read(session => EventTables.FindImport(session, beside)) is not null))
            return new ImportTarget.Event(beside, IsBeside: true);
        _claimed.TryAdd(plain, parsed);
        return new ImportTarget.Event(plain, IsBeside: false);
    }

    /// <summary>The event that a calendar cancels, by its UID.</summary>
    public ImportTarget Find(string uid, string source)
    {
        if (NetworkUid.Read(uid) is { } network && events.Find(network.OriginShort, network.Id.ToGuid()) is not EventLookup.Unknown)
            return network.OriginShort == chapters.Own.Short ? new ImportTarget.Own() : new ImportTarget.Network();
        var beside = IdOf($"{source}\n{uid}");
        return database.Read(session => EventTables.FindImport(session, beside)) is not null
            ? new ImportTarget.Event(beside, IsBeside: false)
            : new ImportTarget.Event(IdOf(uid), IsBeside: false);
    }

    private Guid IdOf(string uid) => RecordId.FromUid(chapters.Own, uid).ToGuid();

    // Whether the event with this id came from another calendar, and is another event.
    private bool IsAnothers(Guid id, ParsedEvent parsed, string source)
    {
        if (_claimed.TryGetValue(id, out var claimed))
            return claimed.Calendar != parsed.Calendar && !IsSame(claimed.Event, parsed.Event, parsed.Uid);
        var imported = database.Read(session => EventTables.FindImport(session, id));
        return imported is { Stamp.Source: { Length: > 0 } known } && known != source
            && events.FindOwn(id) is EventLookup.Found found && !IsSame(found.Event.Record, parsed.Event, parsed.Uid);
    }

    // A calendar may move to another address with all its events, some of them changed meanwhile.
    private static bool IsSame(EventRecord known, EventRecord read, string uid)
    {
        var isSameStart = known.Time?.Start == read.Time?.Start;
        var isSameTitle = known.Title.Translations.Any(title => read.Title.Translations.Any(other => other.Text == title.Text));
        return uid.Contains('@', StringComparison.Ordinal) || uid.Length >= UniqueUidLength ? isSameStart || isSameTitle : isSameStart && isSameTitle;
    }
}
