using System.Globalization;

namespace OuiShare.Federation.Faults.Checking;

/// <summary>What a node answers when it is asked for an event.</summary>
internal abstract record Seen
{
    /// <summary>It has none of this id.</summary>
    internal sealed record Absent : Seen;

    /// <summary>It shows these words.</summary>
    internal sealed record Shown(string Title, string Description) : Seen;

    /// <summary>It failed to answer.</summary>
    internal sealed record Unreadable(string Why) : Seen;

    /// <summary>Whether this is a right answer, after all that was acknowledged and all that may have happened besides.</summary>
    public bool IsRightFor(WrittenEvent written) => this switch
    {
        Absent => written.IsWithdrawalAsked,
        Shown shown => !written.IsWithdrawn && shown.Description == WrittenEvent.DescriptionFor(shown.Title)
            && VersionOf(written, shown.Title) is { } version && version >= written.Acknowledged && version <= written.Asked,
        _ => false,
    };

    // Null: nobody ever wrote this title.
    private static int? VersionOf(WrittenEvent written, string title) =>
        title.Length > written.Name.Length && int.TryParse(title.AsSpan(written.Name.Length + 2), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            && title == written.TitleOf(version)
                ? version
                : null;
}
