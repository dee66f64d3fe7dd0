using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>What every EventRecord must keep to, whoever wrote it.</summary>
public static class EventRules
{
    /// <summary>The rules the record breaks; none when it may be published.</summary>
    public static IReadOnlyList<RuleViolation> Check(EventRecord record) => throw new NotImplementedException(nameof(Check) + record);
}
