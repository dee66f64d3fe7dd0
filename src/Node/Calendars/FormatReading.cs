using OuiShare.Federation.Node.Places;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>Tells what sort of gathering an event is from its categories.</summary>
internal static class FormatReading
{
    // Words as categories use them in the six languages, folded.
    private static readonly Dictionary<string, EventFormat> Words = new()
    {
        ["drink"] = EventFormat.Drink,
        ["drinks"] = EventFormat.Drink,
        ["apero"] = EventFormat.Drink,
        ["aperitivo"] = EventFormat.Drink,
        ["talk"] = EventFormat.Talk,
        ["lecture"] = EventFormat.Talk,
        ["charla"] = EventFormat.Talk,
        ["xerrada"] = EventFormat.Talk,
        ["vortrag"] = EventFormat.Talk,
        ["workshop"] = EventFormat.Workshop,
        ["atelier"] = EventFormat.Workshop,
        ["taller"] = EventFormat.Workshop,
        ["laboratorio"] = EventFormat.Workshop,
        ["oficina"] = EventFormat.Workshop,
        ["do tank"] = EventFormat.DoTank,
        ["dotank"] = EventFormat.DoTank,
        ["summit"] = EventFormat.Summit,
        ["festival"] = EventFormat.Festival,
        ["fest"] = EventFormat.Festival,
        ["coworking"] = EventFormat.Coworking,
        ["cowork"] = EventFormat.Coworking,
        ["call"] = EventFormat.Call,
        ["conference"] = EventFormat.Conference,
        ["conferencia"] = EventFormat.Conference,
        ["conferenza"] = EventFormat.Conference,
        ["konferenz"] = EventFormat.Conference,
    };

    /// <summary>The format that our own calendars name, else that of the first category that is a word for one, else other.</summary>
    public static EventFormat Read(CalendarComponent lines, IEnumerable<string> tags)
    {
        // Names only: Enum.TryParse would take any number.
        if (lines.Line(OwnProperties.Format) is { } own && own.Value.Length > 0 && char.IsAsciiLetter(own.Value[0])
            && Enum.TryParse<EventFormat>(own.Value, ignoreCase: true, out var format) && Enum.IsDefined(format))
            return format;
        foreach (var tag in tags)
            if (Words.TryGetValue(FoldedName.Of(tag), out var known))
                return known;
        return EventFormat.Other;
    }
}
