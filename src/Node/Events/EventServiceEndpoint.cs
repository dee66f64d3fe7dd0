using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Operator;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Node.Search;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.Search;
using OuiShare.Federation.V1;
using Origin = OuiShare.Federation.Protocol.Origin;

namespace OuiShare.Federation.Node.Events;

/// <summary>Answers programs that read and publish events.</summary>
internal sealed class EventServiceEndpoint(
    IGrainFactory grains, EventDirectory events, EventRequests requests, EventSearch search, ChapterDirectory chapters, NodeLocation location)
    : EventService.EventServiceBase
{
    private const int DefaultPage = 20;
    private const int LargestPage = 100;

    /// <summary>
    /// Bytes of a page's events, with room for one more before the message is too large to be sent: a page of large events ends early, and the next
    /// goes on after it.
    /// </summary>
    private const int PageBytes = PeerLimits.MessageBytes - (2 * Limits.RecordBytes);

    [Authorize(Policies.Anyone)]
    public override Task<GetEventResponse> GetEvent(GetEventRequest request, ServerCallContext context)
    {
        var origin = chapters.Own;
        if (request.Origin.Length > 0 && !Origin.TryParse(request.Origin, out origin))
            throw RpcErrors.Invalid("origin", "A chapter is named by 64 hexadecimal digits.");
        return Task.FromResult(new GetEventResponse { Event = Find(origin, ParseId(request.Id)) });
    }

    [Authorize(Policies.Anyone)]
    public override async Task<SearchEventsResponse> SearchEvents(SearchEventsRequest request, ServerCallContext context)
    {
        var offset = 0;
        if (request.PageToken.Length > 0 && (!int.TryParse(request.PageToken, CultureInfo.InvariantCulture, out offset) || offset < 0))
            throw RpcErrors.Invalid("page_token", "Pass next_page_token of the page before, unchanged.");
        var limit = request.PageSize == 0 ? DefaultPage : (int)Math.Min(request.PageSize, LargestPage);
        var results = await search.FindAsync(
            new EventQuery
            {
                Text = request.Text,
                When = request.When switch { When.Past => SearchWhen.Past, When.Any => SearchWhen.Any, _ => SearchWhen.Upcoming },
                Near = request.Near is { } near ? new SearchPoint(near.Latitude, near.Longitude) : null,
                RadiusKm = request.RadiusKm == 0 ? 50 : request.RadiusKm,
                Chapter = request.Chapter.Length >= Origin.ShortDigits ? request.Chapter[..Origin.ShortDigits] : null,
                Language = request.Language,
                Offset = offset,
                Limit = limit,
            },
            context.CancellationToken);
        var response = new SearchEventsResponse { Total = (uint)results.Total };
        var read = Fill(response, results.Hits);
        if (offset + read < results.Total && (read < results.Hits.Count || read == limit))
            response.NextPageToken = (offset + read).ToString(CultureInfo.InvariantCulture);
        return response;
    }

    // How many of the hits were looked at.
    private int Fill(SearchEventsResponse page, IReadOnlyList<EventHit> hits)
    {
        var (read, bytes) = (0, 0);
        for (; read < hits.Count && bytes < PageBytes; read++)
        {
            if (events.Find(hits[read].OriginShort, hits[read].Id) is not EventLookup.Found found)
                continue;
            var described = Describe(found.Event);
            page.Events.Add(described);
            bytes += described.CalculateSize();
        }

        return read;
    }

    [Authorize(Policies.Connector)]
    public override async Task<CreateEventResponse> CreateEvent(CreateEventRequest request, ServerCallContext context)
    {
        RequireSetUp();
        if (request.RequestId.Length is < 16 or > 64)
            throw RpcErrors.Invalid("request_id", "Choose a request_id of 16 to 64 characters; the same one never makes a second event.");
        if (request.Record is null)
            throw RpcErrors.Invalid("record", "Send the event.");

        // The id is fixed before anything is published, so that a request repeated after a lost answer finds the event it made.
        var id = await requests.IdForAsync(request.RequestId, context.CancellationToken);
        if (events.Find(chapters.Own, id) is EventLookup.Found known)
            return new CreateEventResponse { Event = Describe(known.Event) };
        var record = request.Record.Clone();
        (record.Status, record.Sequence) = (EventStatus.Confirmed, 0);
        var result = await grains.GetGrain<IEventGrain>(id).Publish(record, baseSequence: null, ActorOf(context), context.CancellationToken);
        return new CreateEventResponse { Event = Describe(result, id) };
    }

    [Authorize(Policies.Connector)]
    public override async Task<UpdateEventResponse> UpdateEvent(UpdateEventRequest request, ServerCallContext context)
    {
        RequireSetUp();
        if (request.Record is null)
            throw RpcErrors.Invalid("record", "Send the whole event.");
        var id = ParseId(request.Id);
        var known = Find(chapters.Own, id);
        var record = request.Record.Clone();
        (record.Status, record.Cancellation, record.Uid) = (known.Record.Status, known.Record.Cancellation, known.Record.Uid);
        var result = await grains.GetGrain<IEventGrain>(id).Publish(record, request.BaseSequence, ActorOf(context), context.CancellationToken);
        return new UpdateEventResponse { Event = Describe(result, id) };
    }

    [Authorize(Policies.Connector)]
    public override async Task<CancelEventResponse> CancelEvent(CancelEventRequest request, ServerCallContext context)
    {
        var id = ParseId(request.Id);
        var result = await grains.GetGrain<IEventGrain>(id).Cancel(request.Reason, ActorOf(context), context.CancellationToken);
        return new CancelEventResponse { Event = Describe(result, id) };
    }

    [Authorize(Policies.Connector)]
    public override async Task<WithdrawEventResponse> WithdrawEvent(WithdrawEventRequest request, ServerCallContext context)
    {
        var result = await grains.GetGrain<IEventGrain>(ParseId(request.Id)).Withdraw(ActorOf(context), context.CancellationToken);
        Check(result);
        return new WithdrawEventResponse();
    }

    private static Actor ActorOf(ServerCallContext context) => context.GetHttpContext().User.ToActor();

    private static Guid ParseId(string id) =>
        RecordId.TryParse(id, out var parsed) ? parsed.ToGuid() : throw RpcErrors.Invalid("id", "An event is named by 32 hexadecimal digits.");

    private static void Check(EventResult result)
    {
        switch (result)
        {
            case EventResult.Done:
                return;
            case EventResult.Refused refused:
                throw RpcErrors.Invalid(refused.Violations);
            case EventResult.Unknown:
                throw RpcErrors.NotFound("This chapter has no such event.");
            case EventResult.Forbidden:
                throw RpcErrors.Make(StatusCode.PermissionDenied, ErrorReason.Forbidden, "Only connectors and admins of the chapter publish events.");
            case EventResult.Stale stale:
                throw RpcErrors.Make(
                    StatusCode.Aborted, ErrorReason.StaleEvent, $"The event was changed meanwhile; its sequence is {stale.Event.Published?.Sequence}. Read it again and repeat the change.");
            case EventResult.Withdrawn:
                throw RpcErrors.Make(StatusCode.FailedPrecondition, ErrorReason.Withdrawn, "The event was taken back, which is for ever. Create a new one.");
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private void RequireSetUp()
    {
        if (!chapters.IsSetUp)
            throw RpcErrors.Make(StatusCode.FailedPrecondition, ErrorReason.NotSetUp, "Set the node up first: `ouishare setup` or the set-up link.");
    }

    private Event Describe(EventResult result, Guid id)
    {
        Check(result);
        return Find(chapters.Own, id);
    }

    private Event Find(Origin origin, Guid id) => events.Find(origin, id) switch
    {
        EventLookup.Found found => Describe(found.Event),
        EventLookup.Withdrawn => throw RpcErrors.Make(StatusCode.NotFound, ErrorReason.Withdrawn, "Its chapter took this event back."),
        EventLookup.Damaged => throw RpcErrors.Make(
            StatusCode.Unavailable, ErrorReason.DataDamaged, "The event's text is damaged on this node's disk and is being fetched again from its peers. Try again in a moment."),
        EventLookup.Missing => throw RpcErrors.Make(StatusCode.Unavailable, ErrorReason.NotFound, "The event's text has not arrived here yet."),
        _ => throw RpcErrors.NotFound("There is no such event here."),
    };

    private Event Describe(PublishedEvent published) => new()
    {
        Origin = published.Origin.ToString(),
        Id = RecordId.From(published.Id).ToString(),
        Record = published.Record,
        ChapterName = published.ChapterName,
        Url = location.Link($"/events/{published.Origin.Short}/{RecordId.From(published.Id)}"),
        Position = published.Place.Position,
        VerifiedAt = published.VerifiedAt.ToTimestamp(),
    };
}
