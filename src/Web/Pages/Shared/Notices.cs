using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace OuiShare.Federation.Web.Pages.Shared;

/// <summary>
/// A notice that the next page shows once: what just succeeded. It travels in a protected cookie as the key of its words and their
/// values, so it is said in the language of the page that shows it.
/// </summary>
internal static class Notices
{
    private const string Key = "notice";

    /// <summary>Leaves a notice for the next page.</summary>
    /// <param name="notices">The request's temporary values.</param>
    /// <param name="words">Key of the words.</param>
    /// <param name="values">What they name.</param>
    public static void Leave(this ITempDataDictionary notices, string words, params string[] values) => notices[Key] = (string[])[words, .. values];

    /// <summary>The notice left by the page before; null: none.</summary>
    public static string? TakeNotice(this ITempDataDictionary notices, Wording say) =>
        notices[Key] is string[] and [var words, .. var values] ? say[words, [.. values]].Value : null;
}
