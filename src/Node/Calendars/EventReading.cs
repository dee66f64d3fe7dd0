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
/// <param name="LastChange">LAST-MODIFIED, else DTSTAMP, as written; orders versions with one SEQUENCE.</param>
internal sealed record ReadEvent(string Uid, int Line, EventRecord Event, CalendarTime? RecurrenceId, bool IsFromHereOn, string LastChange);

/// <summary>Reads one VEVENT into a record. One for each calendar.</summary>
internal sealed class EventReading(EventTimeReading times, PlaceReading places, TextReading texts, ImportProblems problems)
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
        var time = times.Read(lines, Note);
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
            Uid = uid,
            Sequence = Number(lines, "SEQUENCE"),
        };
        AddTexts(read, lines, Note);
        AddWhere(read, lines, Note);
        AddWords(read, lines, Note);
        return new ReadEvent(uid, lines.LineNumber, read, original,
            recurrenceId?.Parameter("RANGE").Equals("THISANDFUTURE", StringComparison.OrdinalIgnoreCase) ?? false,
            LastChange(lines));
    }

    private void AddTexts(EventRecord read, CalendarComponent lines, Action<string, FormattableString> note)
    {
        read.Description = texts.Markdown(lines, "DESCRIPTION", CalendarLimits.DescriptionLength, note)
            ?? texts.Markdown(lines, "X-ALT-DESC", CalendarLimits.DescriptionLength, note);
        if (read.Status == EventStatus.Cancelled)
            read.Cancellation = texts.Markdown(lines, OwnProperties.Cancellation, CalendarLimits.CancellationLength, note);
    }

    private void AddWhere(EventRecord read, CalendarComponent lines, Action<string, FormattableString> note)
    {
        var link = (lines.Line(OwnProperties.Link) ?? lines.Line("URL"))?.Text.Trim() ?? "";
        read.Link = WebUrl.Read(link) ?? "";
        if (link.Length > 0 && read.Link.Length == 0)
            note(ImportReasons.UrlLeftOut,
                $"\"{PlainText.Shortened(PlainText.Line(link), most: 60)}\" is no address of a web page (http or https, at most {CalendarLimits.UrlLength} characters) and is left out.");

        var coordinates = PlaceReading.ReadCoordinates(lines);
        if (coordinates is null && lines.Line("GEO") is { } geo && geo.Value.Trim() is not ("" or "0;0" or "0.0;0.0"))
            note(ImportReasons.CoordinatesLeftOut,
                $"\"{PlainText.Shortened(PlainText.Line(geo.Value), most: 40)}\" are no coordinates (GEO); they are left out.");
        if (places.Read(lines, coordinates) is { } place)
            read.Place = place;

        var location = lines.Line("LOCATION")?.Text ?? "";
        var online = lines.All("CONFERENCE").Concat(lines.All("X-GOOGLE-CONFERENCE")).Concat(lines.All("X-MICROSOFT-SKYPETEAMSMEETINGURL"))
            .Select(line => WebUrl.Read(line.Text)).FirstOrDefault(url => url is not null);
        read.OnlineUrl = online ?? WebUrl.In(location) ?? (PlaceReading.IsOnline(location) ? read.Link : "");
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

    private static string LastChange(CalendarComponent lines) =>
        (lines.Line("LAST-MODIFIED") ?? lines.Line("DTSTAMP")) is { } line && CalendarTime.Read(line) is { } time
            ? CalendarTime.Write(time.Local, isDate: false)
            : "";

    // A UID must find the event again at the next import. One that is missing is made of what changes least, the start and the
    // title; one that is longer than a record holds, of itself.
    private static string Uid(CalendarComponent lines)
    {
        var uid = PlainText.Line(lines.Line("UID")?.Text ?? "");
        if (uid.Length is > 0 and <= CalendarLimits.UidLength)
            return uid;
        var content = uid.Length > 0 ? uid : $"{lines.Line("DTSTART")?.Value.Trim()}\n{PlainText.Line(lines.Line("SUMMARY")?.Text ?? "")}";
        return $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..40]}@derived";
    }
}
