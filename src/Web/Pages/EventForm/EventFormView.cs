using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Web.Pages.Shared;

namespace OuiShare.Federation.Web.Pages.EventForm;

/// <summary>What the event form shows.</summary>
public sealed record EventFormView
{
    /// <summary>The event's id, made when its form was first opened: sending a form twice makes one event.</summary>
    public required Guid Id { get; init; }

    /// <summary>What the form holds.</summary>
    public required EventInput Input { get; init; }

    /// <summary>What was refused.</summary>
    public Refusals Refusals { get; init; } = new();

    /// <summary>Towns the city may mean.</summary>
    public PlacePick Place { get; init; } = PlacePick.Nothing;

    /// <summary>Whose form it is.</summary>
    public required Actor Actor { get; init; }

    /// <summary>Sequence of the published version it was opened from; null: nothing is published.</summary>
    public uint? Base { get; init; }

    /// <summary>The event takes place no more.</summary>
    public bool IsCancelled { get; init; }

    /// <summary>A draft is kept.</summary>
    public bool IsDraft { get; init; }

    /// <summary>How each language's text stands.</summary>
    public IReadOnlyDictionary<string, TextState> States { get; init; } = new Dictionary<string, TextState>();

    /// <summary>Where this form and a version published meanwhile differ; empty: they do not.</summary>
    public IReadOnlyList<VersionDifference> Differences { get; init; } = [];

    /// <summary>Shows how it will look.</summary>
    public bool IsPreviewed { get; init; }

    /// <summary>Connectors and admins publish; members propose.</summary>
    public bool CanPublish => Actor.Is(Role.Connector);
}

/// <summary>How the text in one language stands.</summary>
/// <param name="IsSource">It is the original.</param>
/// <param name="Version">Which version it is of; 0: there is none yet.</param>
/// <param name="Newest">The original's version.</param>
public readonly record struct TextState(bool IsSource, uint Version, uint Newest);

/// <summary>A field that reads otherwise in the version published meanwhile.</summary>
/// <param name="Label">Key of the field's words.</param>
/// <param name="Theirs">As published.</param>
/// <param name="Mine">As typed here.</param>
public sealed record VersionDifference(string Label, string Theirs, string Mine);
