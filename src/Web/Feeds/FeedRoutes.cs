using Microsoft.AspNetCore.Mvc;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.Node.Search;
using OuiShare.Federation.Web.Questions;
using OuiShare.Federation.Web.Text;

namespace OuiShare.Federation.Web.Feeds;

/// <summary>
/// The addresses of calendars and feeds that anybody may subscribe to. Each answers <c>If-None-Match</c> with 304 while nothing changed, before it
/// reads a single event's text.
/// </summary>
internal static class FeedRoutes
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Registers what the addresses need.</summary>
    public static IServiceCollection AddFeeds(this IServiceCollection services)
    {
        services.AddSingleton<CalendarAnswers>();
        services.AddSingleton<AtomFeed>();
        return services;
    }

    /// <summary>Maps the addresses.</summary>
    public static void MapFeeds(this IEndpointRouteBuilder endpoints)
    {
        // 20 digits of a key, 32 of an id: anything else is no event of any chapter.
        var feeds = endpoints.MapGroup("").RequireAuthorization(Policies.Anyone);
        feeds.MapMethods("/calendar.ics", Reading, WholeNetwork);
        feeds.MapMethods("/search.ics", Reading, Searched);
        feeds.MapMethods("/chapters/{originShort:length(20)}.ics", Reading, OfChapter);
        feeds.MapMethods("/events/{originShort:length(20)}/{id:length(32)}.ics", Reading, Single);
        feeds.MapMethods("/events.atom", Reading, (HttpContext context, AtomFeed atom) => atom.WriteAsync(context, new EventQuestion()));
        feeds.MapMethods("/search.atom", Reading, (HttpContext context, AtomFeed atom) => atom.WriteAsync(context, EventQuestion.Read(context.Request.Query)));
        feeds.MapMethods("/opensearch.xml", Reading, OpenSearch.WriteAsync);
    }

    private static Task WholeNetwork(HttpContext context, CalendarAnswers answers, [FromServices] ChapterDirectory chapters, [FromServices] Wording say) =>
        answers.WriteAsync(context, new EventQuery(), say["feed.all", chapters.NameOf(chapters.Own)].Value);

    private static Task Searched(HttpContext context, CalendarAnswers answers, [FromServices] Gazetteer gazetteer, [FromServices] Wording say)
    {
        var question = EventQuestion.Read(context.Request.Query);
        return answers.WriteAsync(context, question.ToQuery(AskedPlace.Find(gazetteer, question.Place)?.Point), FeedNames.Of(question, say));
    }

    private static Task OfChapter(HttpContext context, string originShort, CalendarAnswers answers, [FromServices] ChapterDirectory chapters) =>
        chapters.FindOrigin(originShort) is { } origin
            ? answers.WriteAsync(context, new EventQuery { Chapter = originShort }, chapters.NameOf(origin))
            : Nothing(context, StatusCodes.Status404NotFound);

    private static Task Single(HttpContext context, string originShort, string id, CalendarAnswers answers, [FromServices] EventDirectory events)
    {
        if (!Guid.TryParseExact(id, "N", out var eventId))
            return Nothing(context, StatusCodes.Status404NotFound);
        return events.Find(originShort, eventId) switch
        {
            EventLookup.Found found => answers.WriteSingleAsync(context, found.Event, ReaderLanguages.Of(context.Request).Tags),
            EventLookup.Damaged => Nothing(context, StatusCodes.Status503ServiceUnavailable),
            EventLookup.Withdrawn => Nothing(context, StatusCodes.Status410Gone),
            _ => Nothing(context, StatusCodes.Status404NotFound),
        };
    }

    private static Task Nothing(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
