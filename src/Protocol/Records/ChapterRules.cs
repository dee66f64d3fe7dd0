using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>What every <see cref="ChapterRecord"/> must keep to, whoever wrote it.</summary>
public static class ChapterRules
{
    private const int LanguageCount = 10;
    private const int DescriptionLength = 5000;

    /// <summary>The rules the record breaks; none when it may be published.</summary>
    public static IReadOnlyList<RuleViolation> Check(ChapterRecord record)
    {
        var check = new RecordCheck();
        check.Size(record);
        check.Text("name", record.Name, Limits.ChapterNameLength, isRequired: true);
        check.Place("place", record.Place);
        if (record.Languages.Count == 0)
            check.Break("languages", "MISSING", "Name at least one language the chapter works in, the main one first.");
        check.Languages("languages", record.Languages, LanguageCount);
        check.Zone("zone", record.Zone, isRequired: true);
        check.Url("address", record.Address, Limits.AddressLength);
        check.Localized("description", record.Description, DescriptionLength, hasLines: true);
        return check.Violations;
    }
}
