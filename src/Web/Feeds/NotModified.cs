using Microsoft.Net.Http.Headers;

namespace OuiShare.Federation.Web.Feeds;

/// <summary>Conditional requests (RFC 9110, §13.1.2): who has the newest version is told so in a line.</summary>
internal static class NotModified
{
    /// <summary>
    /// Names the version of the answer, and answers 304 when the reader has it. Weak, because the same version goes out compressed and plain.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="version">What changes when, and only when, the answer does; letters and digits.</param>
    /// <returns>True when the answer is complete.</returns>
    public static bool Answers(HttpContext context, string version)
    {
        var tag = new EntityTagHeaderValue($"\"{version}\"", isWeak: true);
        var headers = context.Response.GetTypedHeaders();
        headers.ETag = tag;
        headers.CacheControl = new CacheControlHeaderValue { NoCache = true };
        var isKnown = EntityTagHeaderValue.TryParseList(context.Request.Headers.IfNoneMatch, out var known)
            && known.Any(each => each.Compare(tag, useStrongComparison: false) || each.Equals(EntityTagHeaderValue.Any));
        if (isKnown)
            context.Response.StatusCode = StatusCodes.Status304NotModified;
        return isKnown;
    }
}
