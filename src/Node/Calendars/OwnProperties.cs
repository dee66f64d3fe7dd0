namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// Properties for what iCalendar has no word for, so that an event read from another node's calendar is the event that was
/// written. Other programs ignore them (RFC 5545, §3.8.8.2).
/// </summary>
internal static class OwnProperties
{
    /// <summary>Begins the PRODID of calendars that nodes write; their descriptions are Markdown.</summary>
    public const string Product = "-//OuiShare Federation//";

    /// <summary>The UID in the calendar that the event came from; UID itself is unique in the network.</summary>
    public const string Uid = "X-OUISHARE-UID";

    /// <summary>LOCATION as the event's own calendar wrote it; without it, LOCATION is made of the place.</summary>
    public const string Location = "X-OUISHARE-LOCATION";

    /// <summary>TRUE: it can be attended online, also when no address says where.</summary>
    public const string Online = "X-OUISHARE-ONLINE";

    /// <summary>CANCELLED: this occurrence does not take place for itself; STATUS says so of all that a cancelled series has.</summary>
    public const string Occurrence = "X-OUISHARE-OCCURRENCE";

    /// <summary>The address to join; CONFERENCE has it too, unless it is only the event's own page.</summary>
    public const string OnlineUrl = "X-OUISHARE-ONLINE-URL";

    public const string Region = "X-OUISHARE-REGION";
    public const string Venue = "X-OUISHARE-VENUE";
    public const string Address = "X-OUISHARE-ADDRESS";
    public const string City = "X-OUISHARE-CITY";
    public const string Country = "X-OUISHARE-COUNTRY";
    public const string Zone = "X-OUISHARE-ZONE";
    public const string Link = "X-OUISHARE-LINK";
    public const string Format = "X-OUISHARE-FORMAT";
    public const string Capacity = "X-OUISHARE-CAPACITY";
    public const string Cancellation = "X-OUISHARE-CANCELLATION";

    /// <summary>Languages spoken there: BCP 47 tags with commas between. Others write it too, hence the general name.</summary>
    public const string Languages = "X-LANGUAGES";
}
