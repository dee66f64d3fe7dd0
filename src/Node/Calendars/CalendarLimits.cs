namespace OuiShare.Federation.Node.Calendars;

/// <summary>What a calendar may cost. Fields' own limits are those of the records (records.proto).</summary>
internal static class CalendarLimits
{
    /// <summary>Bytes of a calendar after unpacking. The calendar of a city with ten events a day for ten years has about 30 MiB.</summary>
    public const int FileBytes = 32 * 1024 * 1024;

    /// <summary>
    /// Bytes of one event's VEVENTs after which those of its changed occurrences are brief: four times a record. Each repeats what the series says, so
    /// a record of 64 KiB could have 24 MB.
    /// </summary>
    public const int FullEventBytes = 256 * 1024;

    /// <summary>
    /// Bytes of one event's VEVENTs: <see cref="FullEventBytes"/>, one full change beyond it with every field at its limit, and
    /// <see cref="Exceptions"/> brief ones whose titles are as long as they may be.
    /// </summary>
    public const int EventBytes = 1024 * 1024;

    /// <summary>Bytes of the VEVENTs of one feed, which is put together in memory: 20,000 events of 3 KiB.</summary>
    public const int FeedBytes = 64 * 1024 * 1024;

    /// <summary>VEVENT components of a calendar; the rest is not read.</summary>
    public const int Events = 50_000;

    /// <summary>Bytes of one unfolded line that is kept; a longer one, such as a picture in base64, is left out.</summary>
    public const int LineBytes = 256 * 1024;

    /// <summary>Lines of one component that are kept.</summary>
    public const int LinesOfComponent = 4_000;

    /// <summary>VCALENDARs of a file whose own words are kept; some programs give each event one. Events beyond are read as the last one's.</summary>
    public const int Calendars = 1_000;

    /// <summary>VTIMEZONE components of a calendar that are read.</summary>
    public const int Zones = 100;

    /// <summary>Problems that are told one by one; the rest are counted in the last one.</summary>
    public const int Problems = 1_000;

    /// <summary>See <see cref="Protocol.Limits.EarliestYear"/>.</summary>
    public const int EarliestYear = Protocol.Limits.EarliestYear;

    /// <summary>See <see cref="Protocol.Limits.LatestYear"/>.</summary>
    public const int LatestYear = Protocol.Limits.LatestYear;

    /// <summary>Occurrences of a series that are computed at once: a year of a monthly meeting.</summary>
    public const int Occurrences = 12;

    /// <summary>Rules of one series that are followed; iCalendar recommends one.</summary>
    public const int Rules = 4;

    /// <summary>Dates that a series may add or leave out by name.</summary>
    public const int RecurrenceDates = 2_000;

    /// <summary>Components inside one component that are kept, such as the changes of a VTIMEZONE.</summary>
    public const int PartsOfComponent = 500;

    /// <summary>Redirects that are followed to a calendar.</summary>
    public const int Redirects = 5;

    /// <summary>How long fetching a calendar may take, all in all.</summary>
    public static readonly TimeSpan FetchTime = TimeSpan.FromSeconds(20);

    // The records' limits, in UTF-16 units; see the comments of records.proto.
    public const int TitleLength = 200;
    public const int DescriptionLength = 20_000;
    public const int CancellationLength = 500;
    public const int UrlLength = 1_000;
    public const int PlaceNameLength = 200;
    public const int AddressLength = 300;
    public const int CityLength = 100;
    public const int LocationLength = 600;
    public const int Tags = 20;
    public const int TagLength = 40;
    public const int SpokenLanguages = 10;
    public const int UidLength = 255;
    public const int RecurrenceLines = 20;
    public const int RecurrenceLineLength = 4_000;
    public const int Exceptions = 400;
}
