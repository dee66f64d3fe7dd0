using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Web.Text;

namespace OuiShare.Federation.Web.Pages.Shared;

/// <summary>One event in a list: what <c>_EventRows.cshtml</c> shows.</summary>
internal sealed record EventRow
{
    /// <summary>Address of its page.</summary>
    public required string Href { get; init; }

    /// <summary>Its title for the reader.</summary>
    public required ReaderText Title { get; init; }

    /// <summary>Key of its format.</summary>
    public required string Format { get; init; }

    /// <summary>The time that is listed.</summary>
    public required EventDate Date { get; init; }

    /// <summary>The day it is listed under, on this chapter's clock; not before today for what has begun already.</summary>
    public required DateTime Day { get; init; }

    /// <summary>Its hours on this chapter's clock, "19:00 – 22:00", or its last day; null when there is nothing to add to the day.</summary>
    public required string? Hours { get; init; }

    /// <summary>Its first hour on its own clock, when that is another: "13:00 Toronto"; null otherwise.</summary>
    public required string? OwnHour { get; init; }

    /// <summary>The day in words, for lists that are not by day.</summary>
    public required string DayInWords { get; init; }

    /// <summary>Venue and city; empty when unknown.</summary>
    public required string Place { get; init; }

    /// <summary>It can be attended online.</summary>
    public required bool IsOnline { get; init; }

    /// <summary>Kilometres from the place that was asked for; null without one.</summary>
    public required double? DistanceKm { get; init; }

    /// <summary>Name of its chapter.</summary>
    public required string ChapterName { get; init; }

    /// <summary>The first bytes of its chapter's key, from which its face is drawn.</summary>
    public required byte[] ChapterKey { get; init; }

    /// <summary>It does not take place.</summary>
    public required bool IsCancelled { get; init; }

    /// <summary>It may take place.</summary>
    public required bool IsTentative { get; init; }

    /// <summary>It is over.</summary>
    public required bool IsPast { get; init; }

    /// <summary>Seats left, where few are; null otherwise.</summary>
    public required int? SeatsLeft { get; init; }

    /// <summary>The reader comes.</summary>
    public required bool IsGoing { get; init; }

    /// <summary>Languages spoken, "FR · EN"; empty when unknown.</summary>
    public required string Languages { get; init; }
}

/// <summary>The events of one day.</summary>
/// <param name="Day">The day on this chapter's clock.</param>
/// <param name="Today">Today on this chapter's clock.</param>
/// <param name="Rows">Its events.</param>
internal sealed record EventDay(DateTime Day, DateTime Today, IReadOnlyList<EventRow> Rows);
