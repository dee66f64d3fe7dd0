using System.Text;
using System.Text.Json;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Text;
using OuiShare.Federation.V1;
using OuiShare.Federation.Web.Text;

namespace OuiShare.Federation.Web.Pages.Events;

/// <summary>
/// An event as schema.org/Event in JSON-LD, as calendars and search engines read it
/// (https://schema.org/Event, https://developers.google.com/search/docs/appearance/structured-data/event).
/// </summary>
internal static class EventJsonLd
{
    /// <summary>Length of the text that is handed on: what link previews show.</summary>
    private const int SummaryLength = 300;

    /// <summary>The beginning of the event's text in plain words, in one line; empty when it has none.</summary>
    public static string Summary(EventModel page)
    {
        var words = string.Join(' ', MarkdownText.ToPlainText(page.Description?.Text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (words.Length <= SummaryLength)
            return words;
        var space = words.LastIndexOf(' ', SummaryLength, SummaryLength);
        return words[..(space > 0 ? space : SummaryLength)] + "…";
    }

    /// <summary>The JSON. Its writer encodes &lt;, &gt; and &amp;, so that no text can end the element it stands in.</summary>
    public static string Write(EventModel page, NodeLocation location)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("@context", "https://schema.org");
            json.WriteString("@type", "Event");
            json.WriteString("@id", page.Link);
            json.WriteString("url", page.HomePage ?? page.Link);
            json.WriteString("name", page.Title.Text);
            WriteIfAny(json, "description", Summary(page));
            if (page.Date is { } date)
            {
                json.WriteString("startDate", DateWords.Machine(date));
                WriteIfAny(json, "endDate", DateWords.MachineEnd(date));
            }

            json.WriteString("eventStatus", "https://schema.org/" + (page.Record.Status == EventStatus.Cancelled ? "EventCancelled" : "EventScheduled"));
            WritePlaces(json, page.Record);
            WriteOrganizer(json, page, location);
            WriteList(json, "inLanguage", page.Record.SpokenLanguages);
            if (page.Record.Tags.Count > 0)
                json.WriteString("keywords", string.Join(", ", page.Record.Tags));
            WriteSeats(json, page);
            WriteIfAny(json, "sameAs", WebLink.Read(page.Record.Link)?.Href);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void WritePlaces(Utf8JsonWriter json, EventRecord record)
    {
        var online = WebLink.Read(record.OnlineUrl);
        var mode = (record.Place is not null, record.IsOnline || online is not null) switch
        {
            (true, true) => "MixedEventAttendanceMode",
            (false, true) => "OnlineEventAttendanceMode",
            _ => "OfflineEventAttendanceMode",
        };
        json.WriteString("eventAttendanceMode", "https://schema.org/" + mode);
        if (record.Place is null && online is null)
            return;

        json.WriteStartArray("location");
        if (record.Place is { } place)
            WritePlace(json, place);
        if (online is not null)
        {
            json.WriteStartObject();
            json.WriteString("@type", "VirtualLocation");
            json.WriteString("url", online.Href);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePlace(Utf8JsonWriter json, Place place)
    {
        json.WriteStartObject();
        json.WriteString("@type", "Place");
        WriteIfAny(json, "name", place.Name.Length > 0 ? place.Name : place.City);
        json.WriteStartObject("address");
        json.WriteString("@type", "PostalAddress");
        WriteIfAny(json, "streetAddress", place.Address);
        WriteIfAny(json, "addressLocality", place.City);
        WriteIfAny(json, "addressRegion", place.Region);
        WriteIfAny(json, "addressCountry", place.Country);
        json.WriteEndObject();
        if (place.Coordinates is { } point && double.IsFinite(point.Latitude) && double.IsFinite(point.Longitude))
        {
            json.WriteStartObject("geo");
            json.WriteString("@type", "GeoCoordinates");
            json.WriteNumber("latitude", point.Latitude);
            json.WriteNumber("longitude", point.Longitude);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteOrganizer(Utf8JsonWriter json, EventModel page, NodeLocation location)
    {
        json.WriteStartObject("organizer");
        json.WriteString("@type", "Organization");
        json.WriteString("name", page.ChapterName);
        json.WriteString("url", location.Link(EventLinks.Chapter(page.OriginShort)));
        json.WriteEndObject();
    }

    private static void WriteSeats(Utf8JsonWriter json, EventModel page)
    {
        if (page.Record.Capacity > 0)
            json.WriteNumber("maximumAttendeeCapacity", page.Record.Capacity);
        if (page.Seats?.Left is { } left)
            json.WriteNumber("remainingAttendeeCapacity", left);
    }

    private static void WriteIfAny(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            json.WriteString(name, value);
    }

    private static void WriteList(Utf8JsonWriter json, string name, Google.Protobuf.Collections.RepeatedField<string> values)
    {
        if (values.Count == 0)
            return;
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
