using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>
/// What every <see cref="EventRecord"/> must keep to, whoever wrote it: a publisher refuses to write another, and a reader does not
/// show one. Numbers of enums that this program does not know are left alone.
/// </summary>
public static class EventRules
{
    private const int TitleLength = 200;
    private const int DescriptionLength = 20_000;
    private const int CancellationLength = 500;
    private const int TagCount = 20;
    private const int TagLength = 40;
    private const int SpokenLanguages = 10;
    private const int UidLength = 255;
    private const int LocationLength = 600;

    /// <summary>The rules the record breaks; none when it may be published.</summary>
    public static IReadOnlyList<RuleViolation> Check(EventRecord record)
    {
        var check = new RecordCheck();
        check.Size(record);
        check.Localized("title", record.Title, TitleLength, isRequired: true);
        check.Localized("description", record.Description, DescriptionLength, hasLines: true);
        EventTimeRules.Check(check, record.Time);
        check.Place("place", record.Place);
        check.Url("online_url", record.OnlineUrl);
        check.Words("tags", record.Tags, TagCount, TagLength, isLowerCase: true);
        check.Url("link", record.Link);
        if (record.Status == EventStatus.Unspecified)
            check.Break("status", "MISSING", "Say whether the event takes place: confirmed, tentative or cancelled.");
        check.Localized("cancellation", record.Cancellation, CancellationLength, hasLines: true);
        if (record.Cancellation is not null && record.Status != EventStatus.Cancelled)
            check.Break("cancellation", "NOT_CANCELLED", "Only a cancelled event says why it is cancelled; remove the reason.");
        check.Languages("spoken_languages", record.SpokenLanguages, SpokenLanguages);
        check.Text("uid", record.Uid, UidLength);
        check.Text("location", record.Location, LocationLength);
        return check.Violations;
    }
}
