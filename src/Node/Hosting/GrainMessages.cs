using Google.Protobuf;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Hosting;

/// <summary>Carries <see cref="EventRecord"/> in grain calls.</summary>
[RegisterConverter]
internal sealed class EventRecordConverter : IConverter<EventRecord, EventRecordBytes>
{
    public EventRecord ConvertFromSurrogate(in EventRecordBytes surrogate) => EventRecord.Parser.ParseFrom(surrogate.Bytes);

    public EventRecordBytes ConvertToSurrogate(in EventRecord value) => new() { Bytes = value.ToByteArray() };
}

/// <summary>An <see cref="EventRecord"/> as bytes.</summary>
[GenerateSerializer, Alias("event-record")]
internal struct EventRecordBytes
{
    [Id(0)]
    public byte[] Bytes;
}

/// <summary>Carries <see cref="ChapterRecord"/> in grain calls.</summary>
[RegisterConverter]
internal sealed class ChapterRecordConverter : IConverter<ChapterRecord, ChapterRecordBytes>
{
    public ChapterRecord ConvertFromSurrogate(in ChapterRecordBytes surrogate) => ChapterRecord.Parser.ParseFrom(surrogate.Bytes);

    public ChapterRecordBytes ConvertToSurrogate(in ChapterRecord value) => new() { Bytes = value.ToByteArray() };
}

/// <summary>A <see cref="ChapterRecord"/> as bytes.</summary>
[GenerateSerializer, Alias("chapter-record")]
internal struct ChapterRecordBytes
{
    [Id(0)]
    public byte[] Bytes;
}

/// <summary>Carries <see cref="LocalizedText"/> in grain calls.</summary>
[RegisterConverter]
internal sealed class LocalizedTextConverter : IConverter<LocalizedText, LocalizedTextBytes>
{
    public LocalizedText ConvertFromSurrogate(in LocalizedTextBytes surrogate) => LocalizedText.Parser.ParseFrom(surrogate.Bytes);

    public LocalizedTextBytes ConvertToSurrogate(in LocalizedText value) => new() { Bytes = value.ToByteArray() };
}

/// <summary>A <see cref="LocalizedText"/> as bytes.</summary>
[GenerateSerializer, Alias("localized-text")]
internal struct LocalizedTextBytes
{
    [Id(0)]
    public byte[] Bytes;
}

/// <summary>Carries <see cref="RuleViolation"/> in grain calls.</summary>
[RegisterConverter]
internal sealed class RuleViolationConverter : IConverter<RuleViolation, RuleViolationSurrogate>
{
    public RuleViolation ConvertFromSurrogate(in RuleViolationSurrogate surrogate) => new(surrogate.Field, surrogate.Reason, surrogate.Sentence);

    public RuleViolationSurrogate ConvertToSurrogate(in RuleViolation value) =>
        new() { Field = value.Field, Reason = value.Reason, Sentence = value.Sentence };
}

/// <summary>A <see cref="RuleViolation"/> in parts.</summary>
[GenerateSerializer, Alias("rule-violation")]
internal struct RuleViolationSurrogate
{
    [Id(0)]
    public string Field;

    [Id(1)]
    public string Reason;

    [Id(2)]
    public string Sentence;
}
