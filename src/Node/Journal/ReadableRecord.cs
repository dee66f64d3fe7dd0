using Google.Protobuf;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Journal;

/// <summary>
/// Reads the bodies of records that any chapter may have signed. A signature says who wrote a record, not that it makes sense: one that
/// cannot be parsed, or breaks a rule that every node applies, is kept and passed on but shown to nobody.
/// </summary>
internal static class ReadableRecord
{
    /// <summary>The event in a body; null when it is not to be shown.</summary>
    public static EventRecord? Event(byte[] body) => Read(EventRecord.Parser, body, EventRules.Check);

    /// <summary>The chapter's description in a body; null when it is not to be shown.</summary>
    public static ChapterRecord? Chapter(byte[] body) => Read(ChapterRecord.Parser, body, ChapterRules.Check);

    /// <summary>The member in a body; null when she is not to be shown.</summary>
    public static MemberRecord? Member(byte[] body) => Read(MemberRecord.Parser, body, MemberRules.Check);

    /// <summary>The message in some bytes, whatever it says; null when they are none.</summary>
    public static T? TryParse<T>(MessageParser<T> parser, byte[] bytes)
        where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static T? Read<T>(MessageParser<T> parser, byte[] body, Func<T, IReadOnlyList<RuleViolation>> check)
        where T : class, IMessage<T> =>
        TryParse(parser, body) is { } record && check(record).Count == 0 ? record : null;
}
