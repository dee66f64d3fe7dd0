using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>What an import tells of events that are here already.</summary>
internal static class ImportNotes
{
    /// <summary>Events of this chapter that came back in a feed.</summary>
    public static void Own(ImportProblems told, int count)
    {
        if (count > 0)
            told.Note(line: 0, uid: "", ImportReasons.OwnEvents, $"Events that this chapter published itself, and that came back in a feed: {count}. They stay as they are.");
    }

    /// <summary>Events of other chapters that are here through the network.</summary>
    public static void Network(ImportProblems told, int count)
    {
        if (count > 0)
            told.Note(line: 0, uid: "", ImportReasons.NetworkEvents, $"Events that other chapters published and that are here through the network: {count}. They stay theirs.");
    }

    /// <summary>An event that left the calendar it came from.</summary>
    public static void Gone(ImportProblems told, EventRecord record, WhenGone whenGone)
    {
        var (title, start) = (LocalizedChoice.Of(record.Title, [])?.Text ?? "", record.Time.Start.Replace('T', ' '));
        switch (whenGone)
        {
            case WhenGone.Cancel:
                told.Note(line: 0, record.Uid, ImportReasons.GoneCancelled, $"\"{title}\" ({start}) is no longer in this calendar: cancelled.");
                break;
            case WhenGone.Withdraw:
                told.Note(line: 0, record.Uid, ImportReasons.GoneWithdrawn, $"\"{title}\" ({start}) is no longer in this calendar: taken back, with a draft kept.");
                break;
            default:
                told.Note(line: 0, record.Uid, ImportReasons.GoneKept,
                    $"\"{title}\" ({start}) is no longer in this calendar, and stays published. Cancel it or take it back if it does not take place.");
                break;
        }
    }
}
