using System.Globalization;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.V1;
using OuiShare.Federation.Web.Pages.Shared;

namespace OuiShare.Federation.Web.Pages.EventForm;

/// <summary>An event as the form holds it: everything as typed, so that a refusal loses nothing.</summary>
public sealed record EventInput
{
    private const string DayForm = "yyyy-MM-dd";

    public string Format { get; init; } = "";

    public IReadOnlyList<EventText> Texts { get; init; } = [];

    public bool IsAllDay { get; init; }

    public string StartDate { get; init; } = "";

    public string StartTime { get; init; } = "";

    public string EndDate { get; init; } = "";

    public string EndTime { get; init; } = "";

    public string Zone { get; init; } = "";

    public string Repeat { get; init; } = Repeats.Once;

    public string Until { get; init; } = "";

    public string CustomRule { get; init; } = "";

    public string Venue { get; init; } = "";

    public string Address { get; init; } = "";

    public string City { get; init; } = "";

    public string? PlaceChoice { get; init; }

    public string OnlineUrl { get; init; } = "";

    public string Tags { get; init; } = "";

    public string Capacity { get; init; } = "";

    public string Link { get; init; } = "";

    public string Spoken { get; init; } = "";

    /// <summary>Reads a posted form.</summary>
    public static EventInput Read(IFormCollection form) => new()
    {
        Format = Typed.Line(form["format"]),
        Texts = EventTexts.Read(form),
        IsAllDay = form["all-day"] == "true",
        StartDate = Typed.Line(form["start-date"]),
        StartTime = Typed.Line(form["start-time"]),
        EndDate = Typed.Line(form["end-date"]),
        EndTime = Typed.Line(form["end-time"]),
        Zone = Typed.Line(form["zone"]),
        Repeat = Repeats.All.FirstOrDefault(repeat => repeat == form["repeat"]) ?? Repeats.Once,
        Until = Typed.Line(form["until"]),
        CustomRule = Typed.Line(form["custom-rule"]),
        Venue = Typed.Line(form["venue"]),
        Address = Typed.Line(form["address"]),
        City = Typed.Line(form["city"]),
        PlaceChoice = form["place-choice"],
        OnlineUrl = Typed.Line(form["online"]),
        Tags = Typed.Line(form["tags"]),
        Capacity = Typed.Line(form["capacity"]),
        Link = Typed.Line(form["link"]),
        Spoken = Typed.Line(form["spoken"]),
    };

    /// <summary>Opens a record in the form.</summary>
    public static EventInput Of(EventRecord record)
    {
        var time = record.Time ?? new EventTime();
        var (startDate, startTime) = Split(time.Start);
        var (endDate, endTime) = Split(time.End);
        // The record's end is exclusive; people name the last day.
        if (time.AllDay && Day(endDate) is { } end)
            endDate = end.AddDays(-1).ToString(DayForm, CultureInfo.InvariantCulture);
        var rule = time.Recurrence.FirstOrDefault(line => line.StartsWith("RRULE", StringComparison.Ordinal));
        var (repeat, until, custom) = rule is null ? (Repeats.Once, null, "") : Repeats.Read(rule, Day(startDate) ?? DateOnly.MinValue, time.AllDay ? "" : time.Zone);
        return new EventInput
        {
            Format = EventFormats.NameOf(record.Format),
            Texts = EventTexts.Of(record),
            IsAllDay = time.AllDay,
            StartDate = startDate,
            StartTime = startTime,
            EndDate = endDate == startDate && (time.AllDay || endTime.Length > 0) ? (time.AllDay ? "" : endDate) : endDate,
            EndTime = endTime,
            Zone = time.Zone,
            Repeat = repeat,
            Until = until?.ToString(DayForm, CultureInfo.InvariantCulture) ?? "",
            CustomRule = custom,
            Venue = record.Place?.Name ?? "",
            Address = record.Place?.Address ?? "",
            City = record.Place?.City ?? "",
            OnlineUrl = record.OnlineUrl,
            Tags = string.Join(", ", record.Tags),
            Capacity = record.Capacity == 0 ? "" : record.Capacity.ToString(CultureInfo.InvariantCulture),
            Link = record.Link,
            Spoken = string.Join(", ", record.SpokenLanguages),
        };
    }

    /// <summary>The town that is meant; what the event had stays while its city is the same.</summary>
    public PlacePick FindPlace(Gazetteer gazetteer, EventRecord? before, Coordinates? around) =>
        City.Length == 0 || (City == before?.Place?.City && before.Place.Coordinates is not null && PlaceChoice is null)
            ? PlacePick.Nothing
            : PlacePick.Guess(gazetteer, City, PlaceChoice, around);

    /// <summary>Makes the record; what cannot be read is refused, everything else is for the rules to judge.</summary>
    /// <param name="before">The event before this change; null: it is new.</param>
    /// <param name="place">The town, from <see cref="FindPlace"/>.</param>
    /// <param name="refusals">Takes what cannot be read.</param>
    /// <param name="say">The reader's words.</param>
    public EventRecord ToRecord(EventRecord? before, PlacePick place, Refusals refusals, Wording say)
    {
        var record = before?.Clone() ?? new EventRecord();
        record.Format = EventFormats.Read(Format);
        if (record.Status == EventStatus.Unspecified)
            record.Status = EventStatus.Confirmed;
        record.Title = EventTexts.Join(Texts.Select(text => (text.Language, text.Title)), before?.Title);
        record.Description = EventTexts.Join(Texts.Select(text => (text.Language, text.Description)), before?.Description);
        record.Time = EventTimeInput.ToTime(this, before?.Time, refusals, say);
        record.Place = PlaceOf(before?.Place, place);
        // What a calendar wrote of a place holds as long as that place.
        if (before is not null && !Equals(record.Place, before.Place))
            (record.Location, record.IsOnline) = ("", false);
        record.OnlineUrl = Typed.Url(OnlineUrl);
        record.Link = Typed.Url(Link);
        record.Tags.Clear();
        record.Tags.AddRange(Typed.Words(Tags).Select(tag => tag.ToLowerInvariant()).Distinct(StringComparer.Ordinal));
        record.SpokenLanguages.Clear();
        record.SpokenLanguages.AddRange(Typed.Words(Spoken).SelectMany(words => words.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.OrdinalIgnoreCase));
        if (Capacity.Length == 0)
            record.Capacity = 0;
        else if (uint.TryParse(Capacity, NumberStyles.None, CultureInfo.InvariantCulture, out var seats) && seats <= int.MaxValue)
            record.Capacity = seats;
        else
            refusals.Add("capacity", say["refused.CAPACITY_NOT_A_NUMBER"]);
        return record;
    }

    /// <summary>The field of the form for a field of the record.</summary>
    public string FieldOf(string recordField)
    {
        var source = Texts.FirstOrDefault(text => !text.IsEmpty)?.Language ?? Texts.FirstOrDefault()?.Language ?? "en";
        return recordField switch
        {
            "title" => "title-" + (Texts.FirstOrDefault(text => text.Title.Length > 200)?.Language ?? source),
            "description" or "record" => "description-" + (Texts.MaxBy(text => text.Description.Length)?.Language ?? source),
            "time" or "time.start" => "start-date",
            "time.end" => "end-date",
            "time.zone" => "zone",
            "time.recurrence" or "time.exceptions" => "repeat",
            "place.name" => "venue",
            "place.address" => "address",
            "place.city" or "place.country" or "place.coordinates" or "place" => "city",
            "online_url" => "online",
            "spoken_languages" => "spoken",
            _ => recordField,
        };
    }

    /// <summary>A day as browsers send it; null when it is none.</summary>
    internal static DateOnly? Day(string text) =>
        DateOnly.TryParseExact(text, DayForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static (string Day, string Time) Split(string local)
    {
        var parts = local.Split('T', count: 2);
        return (parts[0], parts.Length == 2 ? parts[1] : "");
    }

    private Place? PlaceOf(Place? before, PlacePick town)
    {
        if (Venue.Length == 0 && Address.Length == 0 && City.Length == 0)
            return null;
        var isSameCity = before is not null && before.City == City && town.Chosen is null;
        var place = isSameCity ? before!.Clone() : town.Chosen is { } match ? PlacePick.ToPlace(match) : new Place { City = City };
        place.Name = Venue;
        place.Address = Address;
        return place;
    }
}
