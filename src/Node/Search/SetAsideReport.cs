using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;
using Origin = OuiShare.Federation.Protocol.Origin;

namespace OuiShare.Federation.Node.Search;

/// <summary>Tells an admin what was set aside, on a page and over the operator's service, and passes on what she decides. Thread-safe.</summary>
public sealed class SetAsideReport(SetAsideRecords records, ChapterDirectory chapters)
{
    /// <summary>Records told at once: each may bring 64 KiB.</summary>
    public const int Page = 50;

    /// <summary>Characters told of a title.</summary>
    private const int TitleLength = 100;

    /// <summary>Characters shown of a record as text.</summary>
    private const int RawLength = 20_000;

    /// <summary>All of them, the newest first.</summary>
    public IReadOnlyList<SetAsideRecord> List() => records.List();

    /// <summary>One of them; null when the place names none.</summary>
    public SetAsideRecord? Find(string place) => ReadPlace(place) is { } read ? records.List().FirstOrDefault(record => record.Place == read) : null;

    /// <summary>How addresses and commands name one: key, epoch and position.</summary>
    public static string PlaceOf(SetAsideRecord record) =>
        string.Create(CultureInfo.InvariantCulture, $"{record.Place.Journal.Origin}-{record.Place.Journal.Epoch}-{record.Place.Position}");

    /// <summary>Name of the chapter that wrote it.</summary>
    public string ChapterOf(SetAsideRecord record) => chapters.NameOf(record.Place.Journal.Origin);

    /// <summary>An event's title as far as it can be read; empty when it cannot.</summary>
    public string TitleOf(SetAsideRecord record) =>
        record.Kind == RecordKind.Event && records.ReadRaw(record) is { } body && ReadableRecord.TryParse(EventRecord.Parser, body)?.Title?.Translations is [var first, ..]
            ? PeerText.Clean(first.Text, TitleLength)
            : "";

    /// <summary>What was signed, as text: what is no text in it is left out. Empty when it is not held.</summary>
    public string RawOf(SetAsideRecord record) => PeerText.Clean(Encoding.UTF8.GetString(records.ReadRaw(record) ?? []), RawLength);

    /// <summary>Has search look at it again; false when no such record is set aside.</summary>
    public async Task<bool> RetryAsync(string place, CancellationToken cancellationToken) =>
        Find(place) is { } record && await records.RetryAsync(record.Place, cancellationToken);

    /// <summary>Leaves it out without further words; false when no such record is set aside.</summary>
    public async Task<bool> SkipAsync(string place, CancellationToken cancellationToken) =>
        Find(place) is { } record && await records.SkipAsync(record.Place, cancellationToken);

    /// <summary>One of them for the operator.</summary>
    internal V1.SetAsideRecord Describe(SetAsideRecord record) => new()
    {
        Place = PlaceOf(record),
        ChapterName = ChapterOf(record),
        Kind = record.Kind,
        Id = record.Id.ToString(),
        Title = TitleOf(record),
        Why = record.Why,
        SetAsideAt = record.At.ToTimestamp(),
        Program = record.Program,
        IsSkipped = record.IsSkipped,
        Record = UnsafeByteOperations.UnsafeWrap(records.ReadRaw(record) ?? []),
    };

    private static EntryPlace? ReadPlace(string place) =>
        place.Split('-') is [var key, var epoch, var position] && Origin.TryParse(key, out var origin)
        && uint.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && ulong.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? new EntryPlace(new JournalId(origin, number), at)
            : null;
}
