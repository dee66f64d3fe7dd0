using System.Buffers;
using System.Security.Cryptography;
using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Search;

namespace OuiShare.Federation.Web.Feeds;

/// <summary>Answers requests with calendars. Thread-safe.</summary>
internal sealed class CalendarAnswers(CalendarFeeds feeds, EventSearch search, NodeLocation location)
{
    private const string ContentType = "text/calendar; charset=utf-8";

    /// <summary>Answers with the calendar of all events that a search finds, which search keeps ready; 304 while they are the same.</summary>
    /// <param name="context">The request.</param>
    /// <param name="query">What is looked for.</param>
    /// <param name="name">The calendar's name for people.</param>
    public async Task WriteAsync(HttpContext context, EventQuery query, string name)
    {
        var found = await search.ReadFeedAsync(query, CalendarFeeds.EventsInFeed, context.RequestAborted);
        if (NotModified.Answers(context, found.Fingerprint) || !Begin(context))
            return;
        await feeds.WriteAsync(found, name, SourceOf(context), part => context.Response.BodyWriter.Write(part.Span), context.RequestAborted);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    /// <summary>Answers with a calendar of these events.</summary>
    /// <param name="context">The request.</param>
    /// <param name="events">The events.</param>
    /// <param name="languages">BCP 47 tags of the reader, the preferred first.</param>
    /// <param name="name">The calendar's name for people.</param>
    public Task WriteAsync(HttpContext context, IEnumerable<PublishedEvent> events, IReadOnlyList<string> languages, string name)
    {
        var text = new ArrayBufferWriter<byte>();
        feeds.Write(events, languages, name, SourceOf(context), part => text.Write(part.Span));
        return WriteAsync(context, text.WrittenMemory);
    }

    /// <summary>Answers with one event, to be saved as a file.</summary>
    /// <param name="context">The request.</param>
    /// <param name="published">The event.</param>
    /// <param name="languages">BCP 47 tags of the reader, the preferred first.</param>
    public Task WriteSingleAsync(HttpContext context, PublishedEvent published, IReadOnlyList<string> languages)
    {
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{published.Id:N}.ics\"";
        context.Response.Headers.Vary = "Accept-Language, Cookie";
        return WriteAsync(context, feeds.WriteSingle(published, languages));
    }

    private static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> text)
    {
        if (!NotModified.Answers(context, Convert.ToHexStringLower(SHA256.HashData(text.Span))) && Begin(context))
            await context.Response.BodyWriter.WriteAsync(text, context.RequestAborted);
    }

    // False when only the headers were asked for.
    private static bool Begin(HttpContext context)
    {
        context.Response.ContentType = ContentType;
        return !HttpMethods.IsHead(context.Request.Method);
    }

    private string SourceOf(HttpContext context) => location.Link(context.Request.Path + context.Request.QueryString.ToUriComponent());
}
