namespace OuiShare.Federation.Search.Words;

/// <summary>A word as it is searched: folded, and in parts where it was written with a hyphen or an apostrophe.</summary>
/// <param name="Parts">At least one run of folded letters and digits, at most <see cref="SearchLimits.WordLetters"/> each.</param>
/// <param name="Joined">The parts written as one, since people write co-working and coworking; null without a hyphen.</param>
internal readonly record struct Word(IReadOnlyList<string> Parts, string? Joined);
