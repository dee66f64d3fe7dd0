using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>One VEVENT that was read: an event, or one occurrence of a series that differs from it.</summary>
/// <param name="Uid">Its UID, or one derived from its content.</param>
/// <param name="Line">Line of the file at which it begins.</param>
/// <param name="Event">Its record.</param>
/// <param name="RecurrenceId">The occurrence it stands for; null for an event.</param>
/// <param name="IsFromHereOn">Whether it changes that occurrence and all after it (RANGE=THISANDFUTURE).</param>
internal sealed record ReadEvent(string Uid, int Line, EventRecord Event, CalendarTime? RecurrenceId, bool IsFromHereOn)
{
    /// <summary>Which version of the event it is.</summary>
    public required EventVersion Version { get; init; }

    /// <summary>Whether it does not take place though its series may: an occurrence of a cancelled series is cancelled anyway.</summary>
    public required bool IsCancelledItself { get; init; }

    /// <summary>The calendar of the file that it stands in.</summary>
    public required CalendarHead Calendar { get; init; }
}

/// <summary>Reads one VEVENT into a record. One for each calendar.</summary>
internal sealed class EventReading(CalendarHead calendar, bool isOurs, PlaceReading places, TextReading texts, ImportProblems problems)
{
    /// <summary>The event; null when it was refused, which <c>problems</c> then tells.</summary>
    public ReadEvent? Read(CalendarComponent lines)
    {
        var uid = Uid(lines);
        void Note(string reason, FormattableString sentence) => problems.Note(lines.LineNumber, uid, reason, sentence);
        ReadEvent? Refused(string reason, FormattableString sentence)
        {
            problems.Refuse(lines.LineNumber, uid, reason, sentence);
            return null;
        }

        if (!lines.IsComplete)
            return Refused(ImportReasons.BrokenStructure,
                $"The event has a beginning but no end (END:VEVENT is missing); it may have been cut off.");
        if (lines.LinesLeftOut > 0)
            Note(ImportReasons.LineLeftOut, $"{lines.LinesLeftOut} lines that are too long or no calendar lines are left out.");
        var recurrenceId = lines.Line("RECURRENCE-ID");
        var original = recurrenceId is null ? null : CalendarTime.Read(recurrenceId);
        if (recurrenceId is not null && original is null)
            return Refused(ImportReasons.ExceptionLeftOut, $"Which occurrence of the series this changes cannot be read (RECURRENCE-ID).");

        var status = Status(lines);
        var time = calendar.Times.Read(lines, Note);
        if (time is TimeOutcome.Refused refused)
            return Refused(refused.Reason, refused.Sentence);
        var title = texts.Line(lines, "SUMMARY", CalendarLimits.TitleLength, Note);
        // A cancelled occurrence often says no more than which one.
        if (title is null && !(original is not null && status == EventStatus.Cancelled))
            return Refused(ImportReasons.TitleMissing, $"The event has no title (SUMMARY).");

        var read = new EventRecord
        {
            Title = title,
            Time = ((TimeOutcome.Read)time).Time,
            Status = status,
            Uid = OriginalUid(lines) ?? uid,
            Sequence = Number(lines, "SEQUENCE"),
        };
        AddTexts(read, lines, Note);
        AddWhere(read, lines, Note);
        AddWords(read, lines, Note);
        TellAttachments(lines, Note);
        return new ReadEvent(uid, lines.LineNumber, read, original, IsFromHereOn(recurrenceId))
        {
            Version = EventVersion.Of(lines),
            IsCancelledItself = lines.Line(OwnProperties.Occurrence) is not null,
            Calendar = calendar,
        };
    }

    /// <summary>Whether a RECURRENCE-ID means its occurrence and all that follow.</summary>
    public static bool IsFromHereOn(ContentLine? recurrenceId) =>
        recurrenceId?.Parameter("RANGE").Equals("THISANDFUTURE", StringComparison.OrdinalIgnoreCase) ?? false;

    /// <summary>The UID by which the next import finds the event again.</summary>
    /// <remarks>
    /// One that is missing is made of what changes least, the start and the title; one that is longer than a record holds, of itself.
    /// </remarks>
    public static string Uid(CalendarComponent lines)
    {
        var uid = PlainText.Line(lines.Line("UID")?.Text ?? "");
        if (uid.Length is > 0 and <= CalendarLimits.UidLength)
            return uid;
        var content = uid.Length > 0 ? uid : $"{lines.Line("DTSTART")?.Value.Trim()}\n{PlainText.Line(lines.Line("SUMMARY")?.Text ?? "")}";
        return $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..40]}@derived";
    }

    // The UID in the calendar from which a node imported the event, which its feed keeps.
    private static string? OriginalUid(CalendarComponent lines) =>
        PlainText.Line(lines.Line(OwnProperties.Uid)?.Text ?? "") is { Length: > 0 and <= CalendarLimits.UidLength } uid ? uid : null;

    private void AddTexts(EventRecord read, CalendarComponent lines, Action<string, FormattableString> note)
    {
        read.Description = texts.Markdown(lines, "DESCRIPTION", CalendarLimits.DescriptionLength, note)
            ?? texts.Markdown(lines, "X-ALT-DESC", CalendarLimits.DescriptionLength, note);
        if (read.Status == EventStatus.Cancelled)
            read.Cancellation = texts.Markdown(lines, OwnProperties.Cancellation, CalendarLimits.CancellationLength, note);
    }

    private void AddWhere(EventRecord read, CalendarComponent lines, Action<string, FormattableString> note)
    {
        // In a node's calendar URL is the event's page there.
        var link = (lines.Line(OwnProperties.Link) ?? (isOurs ? null : lines.Line("URL")))?.Text.Trim() ?? "";
        read.Link = WebUrl.Read(link) ?? "";
        if (link.Length > 0 && read.Link.Length == 0)
            note(ImportReasons.UrlLeftOut,
                $"\"{PlainText.Shortened(PlainText.Line(link), most: 60)}\" is no address of a web page (http or https, at most {CalendarLimits.UrlLength} characters) and is left out.");

        var coordinates = PlaceReading.ReadCoordinates(lines);
        if (coordinates is null && lines.Line("GEO") is { } geo && geo.Value.Trim() is not ("" or "0;0" or "0.0;0.0"))
            note(ImportReasons.CoordinatesLeftOut,
                $"\"{PlainText.Shortened(PlainText.Line(geo.Value), most: 40)}\" are no coordinates (GEO); they are left out.");
        var where = WhereReading.Read(lines, isOurs);
        if (places.Read(lines, where, coordinates) is { } place)
            read.Place = place;
        read.Location = where.Written;
        read.IsOnline = where.IsOnline;
        read.OnlineUrl = MeetingLinks.Find(lines, where, isOurs, read) ?? "";
    }

    // A picture would have to be fetched from a stranger's site by every reader.
    private static void TellAttachments(CalendarComponent lines, Action<string, FormattableString> note)
    {
        var attached = lines.All("ATTACH").Concat(lines.All("IMAGE")).ToList();
        if (attached.Count > 0)
            note(ImportReasons.AttachmentLeftOut,
                $"Pictures and attached files left out: {attached.Count} (ATTACH, IMAGE: \"{NameOf(attached[0])}\"). Put a link into the description if people need them.");
    }

    // Its address; a file that stands in the calendar itself has a name, or only a type.
    private static string NameOf(ContentLine attached)
    {
        string[] names = [WebUrl.Read(attached.Value) ?? "", attached.Parameter("FILENAME"), attached.Parameter("X-FILENAME"), attached.Parameter("FMTTYPE"), "file"];
        return PlainText.Shortened(PlainText.Line(names.First(name => name.Length > 0)), most: 100);
    }

    private static void AddWords(EventRecord read, CalendarComponent lines, Action<string, FormattableString> note)
    {
        var tags = lines.All("CATEGORIES").SelectMany(line => ContentLine.List(line.Value))
            .Select(tag => PlainText.Line(tag.ToLowerInvariant())).Where(tag => tag.Length > 0).Distinct().ToList();
        // Some capitals, such as those of mathematics, have no small letter.
        var kept = tags
            .Where(tag => tag.Length <= CalendarLimits.TagLength && !tag.EnumerateRunes().Any(Rune.IsUpper))
            .Take(CalendarLimits.Tags).ToList();
        if (kept.Count < tags.Count)
            note(ImportReasons.TagsLeftOut,
                $"{tags.Count - kept.Count} tags are left out; an event has at most {CalendarLimits.Tags}, each of at most {CalendarLimits.TagLength} characters.");
        read.Tags.Add(kept);
        read.Format = FormatReading.Read(lines, kept);
        read.Capacity = Number(lines, OwnProperties.Capacity);
        read.SpokenLanguages.Add(lines.All(OwnProperties.Languages).SelectMany(line => ContentLine.List(line.Value))
            .Select(LanguageTag.Read).OfType<string>().Distinct().Take(CalendarLimits.SpokenLanguages));
    }

    private static EventStatus Status(CalendarComponent lines) => lines.Line("STATUS")?.Value.Trim().ToUpperInvariant() switch
    {
        "CANCELLED" or "CANCELED" => EventStatus.Cancelled,
        "TENTATIVE" => EventStatus.Tentative,
        _ => EventStatus.Confirmed,
    };

    private static uint Number(CalendarComponent lines, string name) =>
        uint.TryParse(lines.Line(name)?.Value.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
