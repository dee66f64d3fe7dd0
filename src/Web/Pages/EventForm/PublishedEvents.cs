using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Search;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.Web.Text;

namespace OuiShare.Federation.Web.Pages.EventForm;

/// <summary>Leads a person from the form to what she has just changed.</summary>
public sealed class PublishedEvents(ChapterDirectory chapters, EventSearch search)
{
    /// <summary>Where an event of this chapter is shown.</summary>
    public string PathOf(Guid id) => EventLinks.Page(chapters.Own.Short, id);

    /// <summary>Waits until lists show the change: search reads entries a moment after they are written.</summary>
    public async Task WaitForAsync(EventResult.Done done, CancellationToken cancellationToken)
    {
        if (done.Position is { } position)
            await search.WaitForAsync(new EntryPlace(new JournalId(chapters.Own, done.Epoch), position), cancellationToken);
    }
}
