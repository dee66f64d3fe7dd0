using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Search;
using OuiShare.Federation.Web.Pages.Shared;

namespace OuiShare.Federation.Web.Pages.Network;

/// <summary>The records that this node could not show: what they are, what they say, and what to do with each.</summary>
[Authorize(Policies.Admin)]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class SetAsideModel(SetAsideReport report, Wording say, TimeProvider time) : PageModel
{
    /// <summary>The newest of them.</summary>
    public IReadOnlyList<SetAsideRow> Rows { get; private set; } = [];

    /// <summary>How many there are in all.</summary>
    public int Total { get; private set; }

    /// <summary>The one that is to be read raw; null: none.</summary>
    public SetAsideRow? Raw { get; private set; }

    /// <summary>What it says.</summary>
    public string RawText { get; private set; } = "";

    public void OnGet(string? raw)
    {
        var records = report.List();
        Total = records.Count;
        Rows = [.. records.Take(SetAsideReport.Page).Select(Describe)];
        if (raw is not null && report.Find(raw) is { } record)
            (Raw, RawText) = (Describe(record), report.RawOf(record));
    }

    public async Task<IActionResult> OnPostAsync(IFormCollection form, CancellationToken cancellationToken)
    {
        var (place, action) = (form["place"].ToString(), form["do"].ToString());
        var isDone = action switch
        {
            "retry" => await report.RetryAsync(place, cancellationToken),
            "skip" => await report.SkipAsync(place, cancellationToken),
            _ => false,
        };
        if (isDone)
            TempData.Leave("set-aside.done." + action);
        return Redirect("/network/set-aside");
    }

    private SetAsideRow Describe(SetAsideRecord record) => new(
        SetAsideReport.PlaceOf(record), report.ChapterOf(record), report.TitleOf(record), record.Id.ToString(), record.Why, say.Ago(time.GetUtcNow() - record.At).Value, record.IsSkipped);
}

/// <summary>A record that was set aside, as the page shows it.</summary>
/// <param name="Place">Which one.</param>
/// <param name="Chapter">Who wrote it.</param>
/// <param name="Title">Its title as far as it can be read; may be empty.</param>
/// <param name="Id">Its id.</param>
/// <param name="Why">What failed.</param>
/// <param name="Since">Since when, in words.</param>
/// <param name="IsSkipped">The admin does not want to hear of it.</param>
public sealed record SetAsideRow(string Place, string Chapter, string Title, string Id, string Why, string Since, bool IsSkipped);
