using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Web.Pages.EventForm;

/// <summary>An empty event form. It is sent to the edit page of the id made here.</summary>
[Authorize(Policies.Member)]
public sealed class NewModel(ChapterDirectory chapters, TimeProvider time) : PageModel
{
    /// <summary>The form.</summary>
    public EventFormView Form { get; private set; } = null!;

    public void OnGet() => Form = new EventFormView
    {
        Id = Guid.CreateVersion7(time.GetUtcNow()),
        Actor = User.ToActor(),
        Input = new EventInput
        {
            Zone = chapters.OwnRecord?.Zone ?? "UTC",
            Texts = [.. EventTexts.Offered([], chapters.OwnRecord?.Languages ?? []).Select(language => new EventText(language, "", ""))],
        },
    };
}
