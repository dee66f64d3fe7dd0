using System.Security.Cryptography;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Net.Http.Headers;
using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Web.Pages.MyEvents;

/// <summary>
/// What a member said yes to, for her calendar program, which cannot sign in: whoever has the address may read it, so it is a secret of 256
/// bits that no log, trace or search engine sees.
/// </summary>
[Authorize(Policies.Anyone)]
public sealed class CalendarModel(MemberDirectory members, EventDirectory events, ChapterDirectory chapters, CalendarFeeds feeds, Wording say) : PageModel
{
    public IActionResult OnGet(string secret)
    {
        Response.Headers["X-Robots-Tag"] = "noindex";
        if (members.FindByCalendarSecret(secret) is not { } account)
            return NotFound();

        using var calendar = new MemoryStream();
        // The address itself is not written into the file, which people pass on.
        feeds.Write(events.ListAttending(account.Id), account.Languages, say["my.calendar.name", chapters.NameOf(chapters.Own)], sourceUrl: "", part => calendar.Write(part.Span));
        var content = calendar.ToArray();
        Response.Headers.CacheControl = "private, max-age=300";
        return new FileContentResult(content, "text/calendar; charset=utf-8")
        {
            EntityTag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content)[..12])}\""),
        };
    }
}
