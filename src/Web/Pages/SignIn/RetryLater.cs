using System.Globalization;

namespace OuiShare.Federation.Web.Pages.SignIn;

/// <summary>Answers that something was asked for too often.</summary>
internal static class RetryLater
{
    /// <summary>Sets the status 429 and how long to wait, for programs; the page says it in words.</summary>
    public static void TellToRetry(this HttpResponse response, TimeSpan wait)
    {
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }
}
