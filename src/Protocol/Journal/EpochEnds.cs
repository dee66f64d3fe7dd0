using Google.Protobuf;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>
/// Up to where its origin says that an epoch is settled: a version of it whose first <paramref name="Size"/> entries have another root was
/// given up. What follows after them is neither confirmed nor given up.
/// </summary>
/// <param name="Epoch">Which epoch.</param>
/// <param name="Size">How many entries; at least 1.</param>
/// <param name="Root">Their root.</param>
public sealed record EpochEnd(uint Epoch, ulong Size, Hash Root);

/// <summary>
/// The ends of earlier epochs in an <c>EpochRecord</c>. That record has one id in all epochs, so its newest version, the one of the newest
/// epoch, is the one that is kept, and it decides.
/// </summary>
public static class EpochEnds
{
    /// <summary>Reads the ends out of a stored record; what is no record, or breaks a rule, says nothing.</summary>
    /// <param name="epoch">The epoch that the record opens.</param>
    /// <param name="record">The record's bytes; null when its body is not held.</param>
    public static IReadOnlyDictionary<uint, EpochEnd> Read(uint epoch, ReadOnlySpan<byte> record)
    {
        var ends = new Dictionary<uint, EpochEnd>();
        if (!TryParse(record, out var parsed) || parsed.Ends.Count > Limits.EpochsOfOrigin)
            return ends;
        foreach (var end in parsed.Ends)
        {
            if (end.Epoch < epoch && end.Size is > 0 and <= Limits.JournalEntries && Hash.TryFromBytes(end.Root.Span, out var root))
                ends[end.Epoch] = new EpochEnd(end.Epoch, end.Size, root);
        }

        return ends;
    }

    /// <summary>The record that opens an epoch.</summary>
    /// <param name="previous">How the epoch before stands; null when nothing is held of it.</param>
    /// <param name="previousEpoch">Which one that is.</param>
    /// <param name="held">Every earlier epoch that the origin holds entries of.</param>
    public static EpochRecord Write(uint previousEpoch, JournalHead? previous, IEnumerable<JournalHead> held)
    {
        var record = new EpochRecord { PreviousEpoch = previousEpoch, ContinuesFrom = previous?.Size ?? 0 };
        foreach (var head in held.Where(head => head.Size > 0).OrderBy(head => head.Journal.Epoch))
        {
            record.Ends.Add(new V1.EpochEnd
            {
                Epoch = head.Journal.Epoch,
                Size = head.Size,
                Root = UnsafeByteOperations.UnsafeWrap(head.Range.Root().ToByteArray()),
            });
        }

        return record;
    }

    private static bool TryParse(ReadOnlySpan<byte> record, out EpochRecord parsed)
    {
        try
        {
            parsed = EpochRecord.Parser.ParseFrom(record);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            parsed = new EpochRecord();
            return false;
        }
    }
}
