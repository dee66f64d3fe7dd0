using Grpc.Core;
using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Operator;

/// <summary>Imports a calendar that the operator's tool sends, or one that the node fetches.</summary>
internal sealed class OperatorImport(CalendarImport import, CalendarFetcher fetcher, ChapterDirectory chapters)
{
    /// <summary>Problems told in words; the rest are counted.</summary>
    private const int ProblemsTold = 100;

    public async Task RunAsync(
        IAsyncStreamReader<ImportCalendarRequest> requests, IServerStreamWriter<ImportCalendarResponse> responses, CancellationToken cancellationToken)
    {
        if (!chapters.IsSetUp)
            throw RpcErrors.Make(StatusCode.FailedPrecondition, ErrorReason.NotSetUp, "Set the node up first: `ouishare setup` or the set-up link.");
        if (!await requests.MoveNext(cancellationToken))
            throw RpcErrors.Invalid("content", "Send a calendar file or an address.");

        var wishes = new ImportWishes(requests.Current.DryRun, requests.Current.WhenGone);
        var file = requests.Current.ContentCase == ImportCalendarRequest.ContentOneofCase.Url
            ? await FetchAsync(requests.Current.Url, cancellationToken)
            : await ReceiveAsync(requests, cancellationToken);
        var report = await import.RunAsync(
            file,
            wishes,
            Actor.Operator,
            (done, total) => responses.WriteAsync(new ImportCalendarResponse { Done = (uint)done, Total = (uint)total }, cancellationToken),
            cancellationToken);
        if (report is { Events: 0, Problems: [{ Reason: ImportReasons.NotACalendar } problem, ..] })
            throw RpcErrors.Make(StatusCode.InvalidArgument, ErrorReason.UnreadableFile, problem.Sentence);

        var answer = new ImportReport
        {
            Created = (uint)report.Created,
            Updated = (uint)report.Updated,
            Unchanged = (uint)report.Unchanged,
            Rejected = (uint)report.Rejected,
            Gone = (uint)report.Gone,
        };
        answer.Problems.AddRange(report.Problems.OrderBy(problem => problem.IsNote).Take(ProblemsTold).Select(problem =>
            new V1.ImportProblem { Line = (uint)problem.Line, Uid = problem.Uid, Reason = problem.Reason, Message = problem.Sentence }));
        await responses.WriteAsync(new ImportCalendarResponse { Done = (uint)report.Events, Total = (uint)report.Events, Report = answer }, cancellationToken);
    }

    private async Task<CalendarFile> FetchAsync(string url, CancellationToken cancellationToken) =>
        await fetcher.FetchAsync(url, cancellationToken) switch
        {
            FetchOutcome.Fetched fetched => new CalendarFile(fetched.File, url, fetched.Charset),
            FetchOutcome.Refused { Reason: FetchReasons.PrivateAddress or FetchReasons.SchemeNotAllowed or FetchReasons.AddressUnreadable or FetchReasons.CredentialsInAddress } refused =>
                throw RpcErrors.Make(StatusCode.InvalidArgument, ErrorReason.AddressRefused, refused.Sentence),
            FetchOutcome.Refused refused => throw RpcErrors.Make(StatusCode.InvalidArgument, ErrorReason.FetchFailed, refused.Sentence),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private static async Task<CalendarFile> ReceiveAsync(IAsyncStreamReader<ImportCalendarRequest> requests, CancellationToken cancellationToken)
    {
        using var file = new MemoryStream();
        do
        {
            await file.WriteAsync(requests.Current.Chunk.Memory, cancellationToken);
            if (file.Length > CalendarLimits.FileBytes)
                throw RpcErrors.Make(StatusCode.InvalidArgument, ErrorReason.TooLarge, $"The file is larger than {CalendarLimits.FileBytes >> 20} MiB. Split it into several calendars.");
        }
        while (await requests.MoveNext(cancellationToken));
        return new CalendarFile(file.ToArray());
    }
}
