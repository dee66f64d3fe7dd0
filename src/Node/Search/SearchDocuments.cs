using Google.Protobuf;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.Search;
using OuiShare.Federation.V1;
using Origin = OuiShare.Federation.Protocol.Origin;

namespace OuiShare.Federation.Node.Search;

/// <summary>Makes what the index holds from what a chapter published, and reads it back.</summary>
internal sealed class SearchDocuments(ChapterDirectory chapters, Countries countries)
{
    /// <summary>Length of the plain text kept for lists: two or three lines.</summary>
    private const int SummaryLength = 240;

    public static string Key(Origin origin, RecordId id) => $"{origin.Short}/{id}";

    public static (string OriginShort, Guid Id) ReadKey(string key) => (key[..Origin.ShortDigits], Guid.ParseExact(key.AsSpan(Origin.ShortDigits + 1), "N"));

    /// <summary>The document of an event; null when the record cannot be read or never takes place.</summary>
    public SearchDocument? TryMake(Origin origin, RecordId id, byte[] body, DateTimeOffset storedAt, DateTimeOffset now) => null;

    public static (EventRecord Record, string Summary) ReadStored(byte[] stored)
    {
        var input = new CodedInputStream(stored);
        var summary = input.ReadString();
        var record = new EventRecord();
        input.ReadMessage(record);
        return (record, summary);
    }
}
