using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>What every ChapterRecord must keep to, whoever wrote it.</summary>
public static class ChapterRules
{
    /// <summary>The rules the record breaks; none when it may be published.</summary>
    public static IReadOnlyList<RuleViolation> Check(ChapterRecord record) => throw new NotImplementedException(nameof(Check) + record);
}
