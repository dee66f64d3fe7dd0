namespace OuiShare.Federation.Protocol;

/// <summary>A rule that a record breaks.</summary>
/// <param name="Field">Which field, as the proto names it: "title", "time.start", "place.country".</param>
/// <param name="Reason">A stable code for programs and translations, such as TITLE_MISSING.</param>
/// <param name="Sentence">What is wrong and what to do, in English.</param>
public sealed record RuleViolation(string Field, string Reason, string Sentence);
