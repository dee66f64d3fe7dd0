using OuiShare.Federation.Node.Places;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>The words by which a LOCATION says that people meet on the internet, such as "Online", "Zoom Meeting" or "Réunion Microsoft Teams".</summary>
internal static class OnlineWords
{
    // One of these must be there; folded, in the languages of the network.
    private static readonly HashSet<string> Telling =
    [
        "online", "virtual", "virtuel", "virtuelle", "virtuale", "virtuell", "remote", "remoto", "internet", "web", "webinar", "webinaire", "webinario",
        "zoom", "jitsi", "teams", "skype", "discord", "telegram", "youtube", "twitch", "webex", "whereby", "bigbluebutton", "bbb", "gotomeeting",
        "framatalk", "visio", "visioconference", "distanciel", "digital", "videoconferenza", "videoconferencia", "videoconference", "videokonferenz",
        "videocall", "livestream", "cyberspace", "linea", "linia", "ligne", "distance", "distancia", "meet", "hangout", "hangouts", "gather", "mumble", "matrix",
    ];

    // These may stand beside them; alone, or with words that are in neither list, they say nothing.
    private static readonly HashSet<string> Beside =
    [
        "google", "microsoft", "ms", "cisco", "slack", "meeting", "meetings", "event", "evento", "evenement", "veranstaltung", "esdeveniment", "room", "sala", "salle",
        "call", "video", "live", "link", "lien", "enlace", "via", "on", "only", "the", "by", "per", "par", "por", "su", "sur", "en", "in", "da", "a", "de", "di",
        "reunion", "riunione", "reuniao", "besprechung", "sitzung", "conference", "conferencia", "conferenza", "konferenz", "link", "tbd", "tba", "uniquement", "solo",
    ];

    // Words of the first list that mean something else alone: "Meet", "Matrix", "Distance".
    private static readonly HashSet<string> Weak = ["meet", "matrix", "linea", "linia", "ligne", "distance", "distancia", "gather"];

    // More words than this name a place, or tell a story.
    private const int MostWords = 8;

    /// <summary>Whether the whole text says no more than that.</summary>
    public static bool Are(string text)
    {
        if (text.Length > CalendarLimits.PlaceNameLength)
            return false;
        var words = FoldedName.Of(text).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is ["on", "line"])
            return true;
        return words.Length is > 0 and <= MostWords
            && words.All(word => Telling.Contains(word) || Beside.Contains(word))
            && words.Any(Telling.Contains)
            && !(words.Length == 1 && Weak.Contains(words[0]));
    }
}
