namespace OuiShare.Federation.Node.Calendars;

/// <summary>Placeholder until the fetcher lands.</summary>
internal sealed class CalendarFetcher
{
    public Task<FetchResult> FetchAsync(string url, CancellationToken cancellationToken) =>
        Task.FromResult<FetchResult>(new FetchResult.Refused("none", $"{url}{cancellationToken}"));
}

internal abstract record FetchResult
{
    public sealed record Fetched(ReadOnlyMemory<byte> Content) : FetchResult;

    public sealed record Refused(string Reason, string Sentence) : FetchResult;
}
