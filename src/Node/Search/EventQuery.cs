using OuiShare.Federation.Search;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Search;

/// <summary>What a person looks for. Everything left out does not limit.</summary>
public sealed record EventQuery
{
    /// <summary>Words; accents do not matter, and the last one may be unfinished.</summary>
    public string Text { get; init; } = "";

    /// <summary>Which side of now.</summary>
    public SearchWhen When { get; init; } = SearchWhen.Upcoming;

    /// <summary>Only around this point.</summary>
    public SearchPoint? Near { get; init; }

    /// <summary>How far around it; kilometres, 1 to 1,000.</summary>
    public double RadiusKm { get; init; } = 50;

    /// <summary>Only events of the chapter whose key begins with these 20 digits.</summary>
    public string? Chapter { get; init; }

    /// <summary>Only with text or speech in this language (BCP 47).</summary>
    public string? Language { get; init; }

    /// <summary>Only this sort of gathering.</summary>
    public EventFormat? Format { get; init; }

    /// <summary>Only with this tag.</summary>
    public string? Tag { get; init; }

    /// <summary>How many of the first answers to leave out.</summary>
    public int Offset { get; init; }

    /// <summary>How many answers to give; 1 to 100.</summary>
    public int Limit { get; init; } = 20;
}

/// <summary>One page of answers.</summary>
/// <param name="Hits">The answers in order.</param>
/// <param name="Total">How many match; counting ends at 10,000.</param>
/// <param name="IsTotalExact">False when counting ended early.</param>
/// <param name="Relaxation">What was given up to find anything.</param>
/// <param name="LagEntries">Entries stored here that search has not read yet; they are found in a moment.</param>
public sealed record EventResults(IReadOnlyList<EventHit> Hits, int Total, bool IsTotalExact, SearchRelaxation Relaxation, long LagEntries);

/// <summary>An event that was found.</summary>
/// <param name="OriginShort">First 20 digits of its origin's key.</param>
/// <param name="Id">Its id.</param>
/// <param name="Record">What was published, without its description.</param>
/// <param name="Summary">The beginning of its description as plain text, in the source language; may be empty.</param>
/// <param name="ChapterName">Name of its chapter.</param>
/// <param name="IsOwn">It is this chapter's.</param>
/// <param name="Occurrence">When it takes place: the next time, or the last; UTC.</param>
/// <param name="DistanceKm">Kilometres from the point asked for; null without one.</param>
public sealed record EventHit(
    string OriginShort, Guid Id, EventRecord Record, string Summary, string ChapterName, bool IsOwn, SearchTimeSpan Occurrence, double? DistanceKm);
