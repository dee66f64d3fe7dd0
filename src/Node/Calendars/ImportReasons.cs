namespace OuiShare.Federation.Node.Calendars;

/// <summary>Why something in a calendar could not be taken over as it was. The codes never change their meaning.</summary>
/// <remarks>Pages have words for each in every language, which may name the values of its sentence if all its sentences have the same.</remarks>
internal static class ImportReasons
{
    // The whole file or a part of it.
    public const string NotACalendar = "not_a_calendar";
    public const string FileTooLarge = "file_too_large";
    public const string TooManyEvents = "too_many_events";
    public const string TooManyProblems = "too_many_problems";
    public const string BrokenStructure = "broken_structure";
    public const string NoEvents = "no_events";
    public const string TasksLeftOut = "tasks_left_out";
    public const string MessageLeftOut = "message_left_out";

    // An event that was left out.
    public const string TitleMissing = "title_missing";
    public const string StartMissing = "start_missing";
    public const string StartUnreadable = "start_unreadable";
    public const string DateOutOfRange = "date_out_of_range";
    public const string DuplicateUid = "duplicate_uid";
    public const string RuleUnreadable = "rule_unreadable";
    public const string RuleTooFrequent = "rule_too_frequent";
    public const string TooManyDates = "too_many_dates";
    public const string BreaksRule = "breaks_rule";

    // An event that was taken over with a change.
    public const string LineLeftOut = "line_left_out";
    public const string TextShortened = "text_shortened";
    public const string UrlLeftOut = "url_left_out";
    public const string EndLeftOut = "end_left_out";
    public const string ZoneUnknown = "zone_unknown";
    public const string CoordinatesLeftOut = "coordinates_left_out";
    public const string TagsLeftOut = "tags_left_out";
    public const string DatesLeftOut = "dates_left_out";
    public const string ExceptionLeftOut = "exception_left_out";
    public const string ExceptionSimplified = "exception_simplified";
    public const string UntilAsDay = "until_as_day";
    public const string TextBroken = "text_broken";
    public const string AttachmentLeftOut = "attachment_left_out";
    public const string ChangeCutShort = "change_cut_short";

    // An event that is here already, and how the calendar's differs.
    public const string OlderVersion = "older_version";
    public const string CancelledUnknown = "cancelled_unknown";
    public const string TakenBack = "taken_back";
    public const string OwnEvents = "own_events";
    public const string NetworkEvents = "network_events";
    public const string SameUid = "same_uid";

    // An event that left the calendar it came from.
    public const string GoneKept = "gone_kept";
    public const string GoneCancelled = "gone_cancelled";
    public const string GoneWithdrawn = "gone_withdrawn";
}
