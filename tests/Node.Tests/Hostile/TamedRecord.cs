using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Hostile;

/// <summary>
/// Takes out of a hostile event what the rules forbid and leaves the rest as it is, so that it is shown, and everything behind the rules meets
/// what they let pass: few records of chance alone would get so far.
/// </summary>
internal static class TamedRecord
{
    /// <summary>The event within the rules; null when even that breaks one.</summary>
    public static EventRecord? Of(EventRecord wild)
    {
        var record = wild.Clone();
        // What is taken out may break another rule: without recurrence no occurrence may differ.
        for (var round = 0; round < 4 && EventRules.Check(record) is { Count: > 0 } violations; round++)
        {
            foreach (var field in violations.Select(violation => violation.Field).Distinct())
                Tame(record, field);
        }

        return EventRules.Check(record).Count == 0 ? record : null;
    }

    private static void Tame(EventRecord record, string field)
    {
        switch (field)
        {
            case "record":
                record.Description = null;
                record.Time?.Exceptions.Clear();
                break;
            case "time.recurrence":
                var kept = record.Time.Recurrence.Where(IsAllowed).Take(4).ToList();
                record.Time.Recurrence.Clear();
                record.Time.Recurrence.Add(kept);
                break;
            case "time.exceptions":
                record.Time.Exceptions.Clear();
                break;
            case "time.end":
                record.Time.End = "";
                break;
            case "time.zone":
                record.Time.Zone = "Pacific/Apia";
                break;
            case "time.start":
                record.Time.Start = record.Time.AllDay ? "2011-12-30" : "2027-03-28T02:30";
                break;
            default:
                var top = EventRecord.Descriptor.FindFieldByName(field.Split('.')[0]) ?? throw new InvalidOperationException($"No field {field}.");
                top.Accessor.Clear(record);
                if (!top.IsRepeated && top.Accessor.GetValue(Ordinary()) is { } value)
                    top.Accessor.SetValue(record, value);
                break;
        }
    }

    private static bool IsAllowed(string line)
    {
        var alone = Ordinary();
        alone.Time.Recurrence.Add(line);
        return EventRules.Check(alone).All(violation => violation.Field != "time.recurrence");
    }

    private static EventRecord Ordinary() => new()
    {
        Title = new LocalizedText { SourceLanguage = "en", Translations = { new Translation { Language = "en", Text = "Ordinary", Version = 1 } } },
        Time = new EventTime { Start = "2026-12-03T19:00", Zone = "Europe/Paris" },
        Status = EventStatus.Confirmed,
    };
}
