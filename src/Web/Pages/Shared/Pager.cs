using OuiShare.Federation.Web.Questions;

namespace OuiShare.Federation.Web.Pages.Shared;

/// <summary>The way through the pages of a list: what <c>_Pager.cshtml</c> shows.</summary>
/// <param name="Question">What the list answers.</param>
/// <param name="Path">Path of the list's page.</param>
/// <param name="Shown">Events on this page.</param>
/// <param name="Total">Events on all pages.</param>
/// <param name="IsTotalExact">False when there are more.</param>
/// <param name="IsByTime">The list is in the order of time.</param>
internal sealed record Pager(EventQuestion Question, string Path, int Shown, int Total, bool IsTotalExact, bool IsByTime)
{
    /// <summary>Number of the first event on this page, from 1.</summary>
    public int First => ((Question.Page - 1) * EventQuestion.PageSize) + 1;

    /// <summary>Number of the last event on this page.</summary>
    public int Last => First + Shown - 1;

    /// <summary>There are more than on this page.</summary>
    public bool HasMore => Last < Total;

    /// <summary>Address of the next page; null when this is the last one that can be read.</summary>
    public string? Next => HasMore && Question.Page < EventQuestion.LastPage ? (Question with { Page = Question.Page + 1 }).Link(Path) : null;

    /// <summary>Address of the page before; null on the first.</summary>
    public string? Previous => Question.Page > 1 ? (Question with { Page = Question.Page - 1 }).Link(Path) : null;
}
