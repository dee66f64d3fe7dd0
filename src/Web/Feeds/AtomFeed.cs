using System.Security.Cryptography;
using System.Text;
using System.Xml;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.Node.Search;
using OuiShare.Federation.Web.Questions;
using OuiShare.Federation.Web.Text;

namespace OuiShare.Federation.Web.Feeds;

/// <summary>Writes what answers a question as an Atom feed (RFC 4287), the next events first. Thread-safe.</summary>
internal sealed class AtomFeed(EventSearch search, EventDirectory events, ChapterDirectory chapters, NodeLocation location, Gazetteer gazetteer, DateWords dates, Wording say)
{
    private const string Namespace = "http://www.w3.org/2005/Atom";

    /// <summary>Events in the feed: readers keep what they saw before.</summary>
    private const int MostEvents = 50;

    /// <summary>Answers with the feed; 304 while it is the same.</summary>
    public async Task WriteAsync(HttpContext context, EventQuestion question)
    {
        var query = question.ToQuery(AskedPlace.Find(gazetteer, question.Place)?.Point) with { Offset = 0, Limit = MostEvents };
        var found = await search.FindAsync(query, context.RequestAborted);
        var languages = ReaderLanguages.Of(context.Request);
        var published = found.Hits
            .Select(hit => (Hit: hit, Lookup: events.Find(hit.OriginShort, hit.Id) as EventLookup.Found))
            .Where(each => each.Lookup is not null)
            .Select(each => (each.Hit, each.Lookup!.Event));
        var text = Write([.. published], question, context.Request, languages);

        context.Response.Headers.Vary = "Accept-Language, Cookie";
        if (NotModified.Answers(context, Convert.ToHexStringLower(SHA256.HashData(text))))
            return;
        context.Response.ContentType = "application/atom+xml; charset=utf-8";
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.BodyWriter.WriteAsync(text, context.RequestAborted);
    }

    private byte[] Write(IReadOnlyList<(EventHit Hit, PublishedEvent Event)> published, EventQuestion question, HttpRequest request, ReaderLanguages languages)
    {
        using var stream = new MemoryStream();
        using (var xml = XmlWriter.Create(stream, new XmlWriterSettings { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) }))
        {
            var self = location.Link(request.Path + request.QueryString.ToUriComponent());
            xml.WriteStartElement("feed", Namespace);
            xml.WriteElementString("id", Namespace, self);
            xml.WriteElementString("title", Namespace, Printable($"{FeedNames.Of(question, say)} · {chapters.NameOf(chapters.Own)}"));
            WriteMoment(xml, published.Select(each => each.Event.VerifiedAt).DefaultIfEmpty(DateTimeOffset.UnixEpoch).Max());
            WriteLink(xml, "self", self);
            WriteLink(xml, "alternate", location.Link(question.Link("/search")));
            foreach (var (hit, own) in published)
                WriteEntry(xml, hit, own, languages);
            xml.WriteEndElement();
        }

        return stream.ToArray();
    }

    private void WriteEntry(XmlWriter xml, EventHit hit, PublishedEvent own, ReaderLanguages languages)
    {
        var date = EventDates.At(own.Record.Time, hit.Occurrence.Start, hit.Occurrence.End > hit.Occurrence.Start ? hit.Occurrence.End : null);
        string[] parts = [dates.Line(date), PlaceWords.Short(own.Record.Place), hit.Summary];
        xml.WriteStartElement("entry", Namespace);
        xml.WriteElementString("id", Namespace, $"urn:uuid:{hit.Id}");
        xml.WriteElementString("title", Namespace, Printable(languages.Words(own.Record.Title)));
        WriteMoment(xml, own.VerifiedAt);
        WriteLink(xml, "alternate", location.Link(EventLinks.Page(hit.OriginShort, hit.Id)));
        xml.WriteStartElement("author", Namespace);
        xml.WriteElementString("name", Namespace, Printable(hit.ChapterName));
        xml.WriteEndElement();
        foreach (var tag in own.Record.Tags)
        {
            xml.WriteStartElement("category", Namespace);
            xml.WriteAttributeString("term", Printable(tag));
            xml.WriteEndElement();
        }

        xml.WriteElementString("summary", Namespace, Printable(string.Join("\n", parts.Where(part => part.Length > 0))));
        xml.WriteEndElement();
    }

    private static void WriteMoment(XmlWriter xml, DateTimeOffset moment) =>
        xml.WriteElementString("updated", Namespace, XmlConvert.ToString(moment.UtcDateTime, XmlDateTimeSerializationMode.Utc));

    private static void WriteLink(XmlWriter xml, string relation, string address)
    {
        xml.WriteStartElement("link", Namespace);
        xml.WriteAttributeString("rel", relation);
        xml.WriteAttributeString("href", address);
        xml.WriteEndElement();
    }

    // Records of other nodes may hold characters that XML 1.0 cannot.
    private static string Printable(string text) => string.Concat(text.EnumerateRunes().Where(rune => rune.Value is '\n' or (>= 0x20 and not (0xfffe or 0xffff))));
}
