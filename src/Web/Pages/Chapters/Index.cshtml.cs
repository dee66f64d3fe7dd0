using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.Search;
using OuiShare.Federation.V1;
using OuiShare.Federation.Web.Pages.Shared;

namespace OuiShare.Federation.Web.Pages.Chapters;

/// <summary>All chapters whose journals are held here, the nearest first.</summary>
[Authorize(Policies.Anyone)]
internal sealed class IndexModel(ChapterDirectory chapters, ChapterFigures figures, CoverageReader coverage) : PageModel
{
    /// <summary>The chapters: this one, then the others by distance, then those whose place is unknown.</summary>
    public IReadOnlyList<ChapterCard> Cards { get; private set; } = [];

    public Coverage Coverage { get; private set; } = null!;

    /// <summary>This chapter's city, from which distances count; empty when unknown.</summary>
    public string From { get; private set; } = "";

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var here = chapters.OwnRecord?.Place;
        From = here?.City ?? "";
        var cards = new List<ChapterCard>();
        foreach (var chapter in chapters.List())
        {
            var upcoming = await figures.CountAsync(chapter.Origin.Short, SearchWhen.Upcoming, cancellationToken);
            cards.Add(new ChapterCard(chapter, DistanceKm(here, chapter.Record?.Place), upcoming));
        }

        Cards = [.. cards.OrderByDescending(card => card.Chapter.IsOwn).ThenBy(card => card.DistanceKm ?? double.MaxValue)];
        Coverage = await coverage.ReadAsync(cancellationToken);
    }

    private static double? DistanceKm(Place? here, Place? there) => here?.Coordinates is { } from && there?.Coordinates is { } to
        ? Earth.DistanceKm(from.Latitude, from.Longitude, to.Latitude, to.Longitude)
        : null;
}

/// <summary>A chapter in the list.</summary>
/// <param name="Chapter">The chapter.</param>
/// <param name="DistanceKm">Kilometres from this one; null when unknown.</param>
/// <param name="Upcoming">Events to come.</param>
internal sealed record ChapterCard(KnownChapter Chapter, double? DistanceKm, int Upcoming);
