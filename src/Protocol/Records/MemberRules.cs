using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>What every <see cref="MemberRecord"/> must keep to, whoever wrote it.</summary>
public static class MemberRules
{
    private const int NameLength = 100;
    private const int TaglineLength = 160;
    private const int CityLength = 100;
    private const int SkillCount = 20;
    private const int SkillLength = 40;
    private const int LanguageCount = 10;

    /// <summary>The rules the record breaks; none when it may be published.</summary>
    public static IReadOnlyList<RuleViolation> Check(MemberRecord record)
    {
        var check = new RecordCheck();
        check.Size(record);
        check.Text("name", record.Name, NameLength, isRequired: true);
        check.Localized("tagline", record.Tagline, TaglineLength);
        check.Text("city", record.City, CityLength);
        check.Words("skills", record.Skills, SkillCount, SkillLength, isLowerCase: false);
        check.Languages("languages", record.Languages, LanguageCount);
        return check.Violations;
    }
}
