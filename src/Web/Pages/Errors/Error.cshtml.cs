using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.WebUtilities;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Web.Hosting;

namespace OuiShare.Federation.Web.Pages.Errors;

/// <summary>
/// What a request is answered with that came to nothing: a page in words for people, a problem (RFC 9457) for programs. Also for requests that
/// changed something, so it takes every method and asks for no token.
/// </summary>
[Authorize(Policies.Anyone)]
[IgnoreAntiforgeryToken]
[ResponseCache(NoStore = true)]
internal sealed class ErrorModel(IProblemDetailsService problems) : PageModel
{
    /// <summary>When to try again while the disk or the journal is not ready; seconds.</summary>
    private const string RetryAfterSeconds = "30";

    // With words of their own; what else a request did wrong is said in general.
    private static readonly int[] Known = [400, 403, 404, 405, 413, 500, 503];

    /// <summary>The status that is answered.</summary>
    public int Status { get; private set; }

    /// <summary>Which words are said: <c>lost.404</c>.</summary>
    public string Words { get; private set; } = "";

    /// <summary>What the admin finds this failure under in the log; null when nothing was logged.</summary>
    public string? Number { get; private set; }

    public Task<IActionResult> OnGetAsync(int? status) => AnswerAsync(status);

    public Task<IActionResult> OnPostAsync(int? status) => AnswerAsync(status);

    private async Task<IActionResult> AnswerAsync(int? status)
    {
        var failure = HttpContext.Features.Get<IExceptionHandlerFeature>()?.Error;
        var isReExecuted = failure is not null || HttpContext.Features.Get<IStatusCodeReExecuteFeature>() is not null;
        Status = failure is null ? status ?? StatusCodes.Status404NotFound : StatusOf(failure);
        // Nobody but the pipeline asks for this page: typed by hand, its address is none.
        if (!isReExecuted && status != StatusCodes.Status403Forbidden)
            Status = StatusCodes.Status404NotFound;

        if (isReExecuted && HttpContext.IsCutOff())
            Status = StatusCodes.Status413PayloadTooLarge;
        Words = "lost." + (Known.Contains(Status) ? Status : Status >= 500 ? 500 : 400);
        Number = failure is null ? null : Activity.Current?.TraceId.ToString() ?? HttpContext.TraceIdentifier;
        Response.StatusCode = Status;
        if (Status == StatusCodes.Status503ServiceUnavailable)
            Response.Headers.RetryAfter = RetryAfterSeconds;
        if (AsksForPage(Request))
            return Page();

        await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = HttpContext,
            ProblemDetails = { Status = Status, Title = ReasonPhrases.GetReasonPhrase(Status) },
        });
        return new EmptyResult();
    }

    private static int StatusOf(Exception failure) => failure switch
    {
        StorageUnavailableException or JournalNotOpenException or DamagedDataException => StatusCodes.Status503ServiceUnavailable,
        BadHttpRequestException bad => bad.StatusCode,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static bool AsksForPage(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));
}
