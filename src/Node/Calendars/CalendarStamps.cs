using NodaTime;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>How the dates of one event are written: as days, in UTC, in its zone, or, when nobody knows the zone, as local times.</summary>
internal sealed class CalendarStamps(EventTime time)
{
    /// <summary>Whole days.</summary>
    public bool IsAllDay => time.AllDay;

    /// <summary>Its IANA zone; empty when it has none that exists.</summary>
    public string Zone { get; } = Zones.Exists(time.Zone) ? time.Zone : "";

    /// <summary>Year of the earliest time written so far.</summary>
    public int FirstYear { get; private set; } = CalendarLimits.LatestYear;

    private bool IsUtc => !time.AllDay && Zone == "UTC";

    // Behind the name of a property with such a date.
    private string Parameter => time.AllDay ? ";VALUE=DATE" : IsUtc || Zone.Length == 0 ? "" : ";TZID=" + Zone;

    /// <summary>Writes a property that is one date.</summary>
    public void Write(CalendarText text, string name, LocalDateTime local) => text.Line(name + Parameter, Value(local));

    /// <summary>A property that is a list of dates: what stands before the colon, and after it.</summary>
    public (string Name, string Value) List(string name, IEnumerable<LocalDateTime> dates) => (name + Parameter, string.Join(',', dates.Select(Value)));

    private string Value(LocalDateTime local)
    {
        FirstYear = Math.Min(FirstYear, local.Year);
        return CalendarTime.Write(local, time.AllDay, IsUtc);
    }
}
