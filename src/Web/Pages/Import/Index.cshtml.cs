using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Search;
using OuiShare.Federation.V1;
using OuiShare.Federation.Web.Pages.Shared;

namespace OuiShare.Federation.Web.Pages.Import;

/// <summary>Imports a calendar from a file or an address. Connectors may: an import publishes, nothing more.</summary>
[Authorize(Policies.Connector)]
[RequestSizeLimit(FileBytes + FormBytes)]
// The same limit for both, so that there is one answer: 413.
[RequestFormLimits(MultipartBodyLengthLimit = FileBytes + FormBytes)]
public sealed class IndexModel(CalendarImport import, CalendarFetcher fetcher, EventSearch search, Wording say) : PageModel
{
    /// <summary>Bytes of a file: what the reader takes.</summary>
    public const int FileBytes = 32 * 1024 * 1024;

    private const int FormBytes = 64 * 1024;

    /// <summary>What was refused.</summary>
    public Refusals Refusals { get; } = new();

    /// <summary>The address as typed.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Only say what would change.</summary>
    public bool IsDryRun { get; private set; }

    /// <summary>What becomes of events that left the calendar.</summary>
    public WhenGone WhenGone { get; private set; }

    /// <summary>What was done; null: nothing yet.</summary>
    public CalendarReport? Report { get; private set; }

    /// <summary>The reader's words for a problem; null when this program has none for it, so that only the node's English says it.</summary>
    public string? Words(CalendarProblem problem)
    {
        if (problem.Violation is { } violation && Refusals.Words(violation, say) is { } rule)
            return rule;
        var words = say["import.reason." + problem.Reason, [.. problem.Values.Select(value => value ?? "")]];
        return words.ResourceNotFound ? null : words.Value;
    }

    public void OnGet()
    {
    }

    public async Task OnPostAsync(IFormFile? file, string? address, bool dry, string? gone, CancellationToken cancellationToken)
    {
        (Address, IsDryRun, WhenGone) = (Typed.Url(address), dry, GoneOf(gone));
        var content = await ReadAsync(file, cancellationToken);
        if (content is not { } calendar)
            return;
        Report = await import.RunAsync(calendar, new ImportWishes(IsDryRun, WhenGone), User.ToActor(), (_, _) => Task.CompletedTask, cancellationToken);
        // The next page she looks at is the list of events.
        await search.WaitForOwnAsync(cancellationToken);
    }

    private static WhenGone GoneOf(string? typed) => typed switch
    {
        "keep" => WhenGone.Keep,
        "cancel" => WhenGone.Cancel,
        "withdraw" => WhenGone.Withdraw,
        _ => WhenGone.Unspecified,
    };

    private async Task<CalendarFile?> ReadAsync(IFormFile? file, CancellationToken cancellationToken)
    {
        if (file is { Length: > 0 })
        {
            using var content = new MemoryStream((int)file.Length);
            await file.CopyToAsync(content, cancellationToken);
            return new CalendarFile(content.GetBuffer().AsMemory(0, (int)content.Length));
        }

        if (Address.Length == 0)
        {
            Refusals.Add("file", say["refused.FILE_MISSING"]);
            return null;
        }

        switch (await fetcher.FetchAsync(Address, cancellationToken))
        {
            case FetchOutcome.Fetched fetched:
                return new CalendarFile(fetched.File, Address, fetched.Charset);
            case FetchOutcome.Refused refused:
                var words = say["fetch." + refused.Reason];
                Refusals.Add("address", words.ResourceNotFound ? refused.Sentence : words.Value);
                return null;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }
}
