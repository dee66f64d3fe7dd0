using OuiShare.Federation.Node.Storage;

namespace OuiShare.Federation.Node.Events;

/// <summary>Gives each request that creates an event its event's id, once and for all: a repeated request gets the same.</summary>
internal sealed class EventRequests(NodeDatabase database, TimeProvider time)
{
    /// <summary>How long a request may be repeated.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(30);

    public Task<Guid> IdForAsync(string requestId, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var now = time.GetUtcNow();
            var id = Guid.CreateVersion7(now);
            session.Execute("DELETE FROM requests WHERE made_at < ?1", (now - Memory).ToUnixTimeMilliseconds());
            session.Execute(
                "INSERT INTO requests(request_id, event_id, made_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                requestId, id.ToByteArray(bigEndian: true), now.ToUnixTimeMilliseconds());
            return new Guid(session.Scalar<byte[]>("SELECT event_id FROM requests WHERE request_id = ?1", requestId)!, bigEndian: true);
        },
        cancellationToken);
}
