namespace OuiShare.Federation.Node.Calendars;

/// <summary>What became of fetching a calendar.</summary>
public abstract record FetchOutcome
{
    /// <summary>The calendar is here.</summary>
    /// <param name="File">Its bytes, unpacked; at most <see cref="CalendarLimits.FileBytes"/>.</param>
    /// <param name="Address">Where it came from in the end.</param>
    /// <param name="Charset">What the site says it is written in; empty when it does not say.</param>
    public sealed record Fetched(ReadOnlyMemory<byte> File, Uri Address, string Charset) : FetchOutcome;

    /// <summary>It is not.</summary>
    /// <param name="Reason">A code from <see cref="FetchReasons"/>.</param>
    /// <param name="Sentence">What happened and what can be done, for people, in English.</param>
    public sealed record Refused(string Reason, string Sentence) : FetchOutcome;
}

/// <summary>Why a calendar could not be fetched. The codes never change their meaning.</summary>
internal static class FetchReasons
{
    public const string AddressUnreadable = "address_unreadable";
    public const string SchemeNotAllowed = "scheme_not_allowed";
    public const string CredentialsInAddress = "credentials_in_address";
    public const string PrivateAddress = "private_address";
    public const string HostUnknown = "host_unknown";
    public const string Unreachable = "unreachable";
    public const string TooManyRedirects = "too_many_redirects";
    public const string BadRedirect = "bad_redirect";
    public const string HttpStatus = "http_status";
    public const string TooLarge = "too_large";
    public const string TooSlow = "too_slow";
    public const string BrokenOff = "broken_off";
}
