using System.Security.Claims;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Search;
using OuiShare.Federation.V1;
using OuiShare.Federation.Web.Text;

namespace OuiShare.Federation.Web.Pages.Shared;

/// <summary>Makes the rows of lists from what search found. Thread-safe.</summary>
internal sealed class EventRows(ChapterDirectory chapters, EventDirectory events, DateWords dates, TimeProvider time)
{
    /// <summary>From here on a list says how many seats are left.</summary>
    private const int FewSeats = 5;

    /// <summary>Languages named in a row.</summary>
    private const int MostLanguages = 4;

    /// <summary>The zone of this chapter's clock, by which lists are ordered.</summary>
    public string Zone => chapters.OwnRecord?.Zone is { Length: > 0 } zone ? zone : "UTC";

    /// <summary>Today on this chapter's clock.</summary>
    public DateTime Today => EventDates.Local(time.GetUtcNow(), Zone).Date;

    /// <summary>The rows, in the order of what was found.</summary>
    /// <param name="hits">What was found.</param>
    /// <param name="languages">The reader's languages.</param>
    /// <param name="reader">The reader.</param>
    public IReadOnlyList<EventRow> Make(IReadOnlyList<EventHit> hits, ReaderLanguages languages, ClaimsPrincipal reader)
    {
        var (zone, today) = (Zone, Today);
        return [.. hits.Select(hit => Make(hit, languages, reader.MemberId(), zone, today))];
    }

    /// <summary>Rows in the order of time, put together by day.</summary>
    public IReadOnlyList<EventDay> ByDay(IReadOnlyList<EventRow> rows)
    {
        var today = Today;
        return [.. rows.GroupBy(row => row.Day).Select(day => new EventDay(day.Key, today, [.. day]))];
    }

    private EventRow Make(EventHit hit, ReaderLanguages languages, Guid? memberId, string zone, DateTime today)
    {
        var record = hit.Record;
        var isPast = hit.Occurrence.End < time.GetUtcNow();
        var date = EventDates.At(record.Time, hit.Occurrence.Start, hit.Occurrence.End > hit.Occurrence.Start ? hit.Occurrence.End : null);
        var start = date.IsAllDay ? date.LocalStart : EventDates.Local(date.Start, zone);
        var day = !isPast && start.Date < today ? today : start.Date;
        return new EventRow
        {
            Href = EventLinks.Page(hit.OriginShort, hit.Id),
            Title = languages.Choose(record.Title) ?? new ReaderText(hit.Id.ToString(), "", 1, 1),
            Format = FormatWords.KeyOf(record.Format),
            Date = date,
            Day = day,
            Hours = HoursOf(date, start, zone, day),
            OwnHour = date.IsAllDay || date.LocalStart == start ? null : $"{DateWords.Hour(date.LocalStart)} {CityOf(record.Place, date.Zone)}",
            DayInWords = dates.WeekdayShort(start, today),
            Place = PlaceWords.Short(record.Place),
            IsOnline = record.IsOnline || record.OnlineUrl.Length > 0,
            DistanceKm = hit.DistanceKm,
            ChapterName = hit.ChapterName,
            ChapterKey = Convert.FromHexString(hit.OriginShort),
            IsCancelled = record.Status == EventStatus.Cancelled,
            IsTentative = record.Status == EventStatus.Tentative,
            IsPast = isPast,
            SeatsLeft = !isPast && hit.IsOwn && record.Capacity > 0 && events.FindSeats(hit.Id).Left is <= FewSeats and var left ? left : null,
            IsGoing = hit.IsOwn && memberId is { } member && events.FindAnswer(hit.Id, member) == true,
            Languages = string.Join(" · ", record.SpokenLanguages.Take(MostLanguages).Select(language => language.ToUpperInvariant())),
        };
    }

    private string? HoursOf(EventDate date, DateTime start, string zone, DateTime day)
    {
        if (date.IsAllDay)
            return date.LocalEnd is { } last && last.Date > day ? dates.Until(last, day) : null;
        // What began on an earlier day is listed with its end.
        var end = date.End is { } moment ? EventDates.Local(moment, zone) : (DateTime?)null;
        return start.Date < day && end is { } until ? dates.Until(until, day) : dates.Hours(start, end);
    }

    private static string CityOf(Place? place, string zone) => place?.City is { Length: > 0 } city ? city : DateWords.CityOf(zone);
}
