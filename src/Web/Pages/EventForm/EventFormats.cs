using OuiShare.Federation.V1;

namespace OuiShare.Federation.Web.Pages.EventForm;

/// <summary>Sorts of gathering under the names that forms, words, icons and style sheets use.</summary>
internal static class EventFormats
{
    /// <summary>Each sort and its name, in the order of the form.</summary>
    public static IReadOnlyList<(EventFormat Format, string Name)> All { get; } =
    [
        (EventFormat.Drink, "drink"), (EventFormat.Talk, "talk"), (EventFormat.Workshop, "workshop"), (EventFormat.DoTank, "do-tank"),
        (EventFormat.Summit, "summit"), (EventFormat.Festival, "festival"), (EventFormat.Coworking, "coworking"), (EventFormat.Call, "call"),
        (EventFormat.Conference, "conference"), (EventFormat.Other, "other"),
    ];

    /// <summary>The name of a sort; "other" when nobody said, or a newer node said something unknown here.</summary>
    public static string NameOf(EventFormat format) => All.FirstOrDefault(known => known.Format == format).Name ?? "other";

    /// <summary>The sort of a name; unspecified when there is none.</summary>
    public static EventFormat Read(string? name) => All.FirstOrDefault(known => known.Name == name).Format;
}
