using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace OuiShare.Federation.Node.Hosting;

/// <summary>How one node runs. Settings file: section <c>Node</c>; environment: <c>OUISHARE_DATA</c>; command line: <c>--data</c>.</summary>
public sealed class NodeOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Node";

    /// <summary>The data folder; absolute, or relative to the current directory. Default: <c>data</c>.</summary>
    [Required(ErrorMessage = "Name the folder of the node's database and key.")]
    public string Data { get; set; } = "data";

    /// <summary>
    /// Where Kestrel listens: http or https addresses separated by semicolons; port 0 asks for a free one.
    /// Default: <c>http://localhost:5080</c>, which only this machine can reach.
    /// </summary>
    [Required(ErrorMessage = "Name at least one address, such as http://localhost:5080.")]
    public string Urls { get; set; } = "http://localhost:5080";

    /// <summary>
    /// Where browsers and peers reach the node from outside, such as <c>https://paris.example</c>; links in mails, feeds and
    /// invitations start with it. Null: the first of <see cref="Urls"/>.
    /// </summary>
    [StringLength(300)]
    public string? PublicUrl { get; set; }

    /// <summary>
    /// Refuse to start in a folder without a node, instead of making a new chapter. Default: false. Turn it on once the node is
    /// set up: a disk that was not mounted is then an error and not a second chapter.
    /// </summary>
    public bool MustExist { get; set; }

    /// <summary>
    /// Calendars may be fetched from private, loopback and link-local addresses too. Default: false, so that nobody can make the node
    /// read what only it can reach.
    /// </summary>
    public bool AllowPrivateCalendars { get; set; }

    /// <summary>
    /// Most megabytes that are taken of one chapter's journal in a day (UTC), whoever brings it; what is beyond comes the next day.
    /// 1 to 1,000,000. Default: 2,000, four times a first copy of 400,000 events.
    /// </summary>
    [Range(1, 1_000_000)]
    public int DailyMegabytesOfChapter { get; set; } = 2_000;

    /// <summary>Most megabytes that are taken from one peer in a day (UTC), of all journals together. 1 to 1,000,000. Default: 10,000.</summary>
    [Range(1, 1_000_000)]
    public int DailyMegabytesFromPeer { get; set; } = 10_000;

    /// <summary>
    /// Other names under which browsers may ask this node besides its public address and this machine's own, separated by semicolons:
    /// <c>www.paris.example;old.example</c>. Null: none.
    /// </summary>
    [StringLength(1000)]
    public string? Hosts { get; set; }

    /// <summary>
    /// A file that holds a token for monitors: one line of 20 characters or more. Who sends it may read <c>/metrics</c> and the details of
    /// <c>/health/ready</c>, and nothing else. Null: the operator's token alone opens them.
    /// </summary>
    [StringLength(1000)]
    public string? MetricsTokenFile { get; set; }

    /// <summary>The addresses of <see cref="Urls"/>, one by one.</summary>
    public IReadOnlyList<string> UrlList => Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The names of <see cref="Hosts"/>, one by one.</summary>
    public IReadOnlyList<string> HostList => (Hosts ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Urls.Length > 0 && UrlList.Count == 0)
            yield return new ValidationResult("Name at least one address, such as http://localhost:5080.", [nameof(Urls)]);
        foreach (var url in UrlList.Where(url => !IsListenAddress(url)))
        {
            yield return new ValidationResult(
                $"\"{url}\" is not an address to listen on; it looks like http://localhost:5080 or https://0.0.0.0:443.",
                [nameof(Urls)]);
        }

        foreach (var url in UrlList.Where(url => url.EndsWith("://localhost:0", StringComparison.OrdinalIgnoreCase)))
        {
            // localhost is two addresses, which cannot be given the same free port.
            yield return new ValidationResult($"\"{url}\" cannot ask for a free port; write http://127.0.0.1:0.", [nameof(Urls)]);
        }

        foreach (var host in HostList.Where(host => Uri.CheckHostName(host) == UriHostNameType.Unknown))
            yield return new ValidationResult($"\"{host}\" is not the name of a host; it looks like www.paris.example, without https:// and port.", [nameof(Hosts)]);

        if (PublicUrl is not null && !IsPublicUrl(PublicUrl))
        {
            yield return new ValidationResult(
                $"\"{PublicUrl}\" is not a web address without path; it looks like https://paris.example.",
                [nameof(PublicUrl)]);
        }
    }

    /// <summary>Kestrel also knows <c>http://*:5080</c> and <c>http://+:5080</c>, which are no URIs.</summary>
    private static bool IsListenAddress(string url) => IsBareHttp(url.Replace("://*", "://0.0.0.0").Replace("://+", "://0.0.0.0"));

    private static bool IsPublicUrl(string url) => IsBareHttp(url) && new Uri(url).Port != 0;

    private static bool IsBareHttp(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri.AbsolutePath == "/" && uri.Query.Length == 0 && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0;
}

/// <summary>Checks <see cref="NodeOptions"/> at start.</summary>
[OptionsValidator]
public sealed partial class NodeOptionsValidator : IValidateOptions<NodeOptions>;
