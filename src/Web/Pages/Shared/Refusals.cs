using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Web.Pages.Shared;

/// <summary>What was refused in a form, field by field, in the reader's language.</summary>
public sealed class Refusals
{
    private readonly List<FieldRefusal> _all = [];

    /// <summary>Everything that was refused, in the order in which it was found.</summary>
    public IReadOnlyList<FieldRefusal> All => _all;

    /// <summary>Whether anything was.</summary>
    public bool Any => _all.Count > 0;

    /// <summary>The first sentence about a field; null: nothing is wrong with it.</summary>
    public string? this[string field] => _all.FirstOrDefault(refusal => refusal.Field == field)?.Sentence;

    /// <summary>Refuses a field.</summary>
    /// <param name="field">The field's id in the form.</param>
    /// <param name="sentence">What is wrong and what to do.</param>
    public void Add(string field, string sentence)
    {
        if (!_all.Any(refusal => refusal.Field == field && refusal.Sentence == sentence))
            _all.Add(new FieldRefusal(field, sentence));
    }

    /// <summary>Refuses what the rules of a record refuse.</summary>
    /// <param name="violations">What they refuse.</param>
    /// <param name="say">The reader's words.</param>
    /// <param name="fieldOf">The field of the form for a field of the record; null: both have the same name.</param>
    public void Add(IEnumerable<RuleViolation> violations, Wording say, Func<string, string>? fieldOf = null)
    {
        foreach (var violation in violations)
            Add(fieldOf is null ? violation.Field : fieldOf(violation.Field), Sentence(violation, say));
    }

    /// <summary>
    /// A violation in the reader's language: the words for exactly its reason, or else those for its sort of problem, or else the
    /// sentence of the rule itself, which is English.
    /// </summary>
    public static string Sentence(RuleViolation violation, Wording say) => Words(violation, say) ?? violation.Sentence;

    /// <summary>The reader's words for a violation; null when there are none for it.</summary>
    public static string? Words(RuleViolation violation, Wording say)
    {
        var exact = say["refused." + violation.Reason];
        if (!exact.ResourceNotFound)
            return exact.Value;

        var prefix = violation.Field.ToUpperInvariant().Replace('.', '_') + "_";
        var problem = violation.Reason.StartsWith(prefix, StringComparison.Ordinal) ? violation.Reason[prefix.Length..] : violation.Reason;
        var general = say["refused." + problem];
        return general.ResourceNotFound ? null : general.Value;
    }
}

/// <summary>One refused field.</summary>
/// <param name="Field">Its id in the form; empty: the form as a whole.</param>
/// <param name="Sentence">What is wrong and what to do.</param>
public sealed record FieldRefusal(string Field, string Sentence);
