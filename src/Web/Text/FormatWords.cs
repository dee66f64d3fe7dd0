using OuiShare.Federation.V1;

namespace OuiShare.Federation.Web.Text;

/// <summary>How sorts of gatherings are called in addresses, words (<c>format.drink</c>), signs and styles.</summary>
internal static class FormatWords
{
    /// <summary>Every format a person can choose, in the order of lists.</summary>
    public static IReadOnlyList<EventFormat> All { get; } =
    [
        EventFormat.Drink, EventFormat.Talk, EventFormat.Workshop, EventFormat.DoTank, EventFormat.Summit, EventFormat.Festival, EventFormat.Coworking,
        EventFormat.Call, EventFormat.Conference, EventFormat.Other,
    ];

    /// <summary>The format's short name, such as "do-tank"; "other" for what nobody said and for formats of newer nodes.</summary>
    public static string KeyOf(EventFormat format) => format switch
    {
        EventFormat.Drink => "drink",
        EventFormat.Talk => "talk",
        EventFormat.Workshop => "workshop",
        EventFormat.DoTank => "do-tank",
        EventFormat.Summit => "summit",
        EventFormat.Festival => "festival",
        EventFormat.Coworking => "coworking",
        EventFormat.Call => "call",
        EventFormat.Conference => "conference",
        _ => "other",
    };

    /// <summary>The format with a short name; null when there is none.</summary>
    public static EventFormat? Find(string key) => All.Where(format => KeyOf(format) == key).Select(format => (EventFormat?)format).FirstOrDefault();
}
