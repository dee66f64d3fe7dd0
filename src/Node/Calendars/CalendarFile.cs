using System.Security.Cryptography;
using System.Text;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>A calendar to import.</summary>
/// <param name="Bytes">The file.</param>
/// <param name="Address">Where it was fetched from, as it was asked for; empty when somebody handed it over.</param>
/// <param name="Charset">What its sender says it is written in; empty when it does not say.</param>
public sealed record CalendarFile(ReadOnlyMemory<byte> Bytes, string Address = "", string Charset = "")
{
    // A quarter of the hash tells any calendars apart.
    private const int SourceDigits = 32;

    /// <summary>
    /// What tells this calendar from others: its address, or, of a file, the program that wrote it and its name. A hash, because an address
    /// may hold a secret. Empty when nothing tells.
    /// </summary>
    /// <param name="calendar">What the calendar says of itself, see <see cref="CalendarHead.Identity"/>.</param>
    /// <param name="isAlone">Whether the file holds no other calendar.</param>
    internal string SourceOf(string calendar, bool isAlone)
    {
        if (Address.Length == 0)
            return calendar.Length == 0 ? "" : Hash("calendar\n" + calendar);
        var site = Address.Trim();
        // One site answers http, https and webcal alike.
        var address = site.IndexOf("://", StringComparison.Ordinal) is var at and > 0 ? site[(at + 3)..].TrimEnd('/') : site;
        return Hash($"address\n{address}{(isAlone ? "" : "\n" + calendar)}");
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..SourceDigits];
}

/// <summary>How a calendar is imported.</summary>
/// <param name="IsDryRun">Only say what would change.</param>
/// <param name="WhenGone">What becomes of events that the calendar holds no more.</param>
public sealed record ImportWishes(bool IsDryRun = false, WhenGone WhenGone = WhenGone.Unspecified);
