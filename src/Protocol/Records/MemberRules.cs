using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>What every MemberRecord must keep to, whoever wrote it.</summary>
public static class MemberRules
{
    /// <summary>The rules the record breaks; none when it may be published.</summary>
    public static IReadOnlyList<RuleViolation> Check(MemberRecord record) => throw new NotImplementedException(nameof(Check) + record);
}
