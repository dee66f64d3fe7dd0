using Microsoft.AspNetCore.Mvc;
using OuiShare.Federation.Web.Pages.EventForm;
using OuiShare.Federation.Web.Pages.MyEvents;
using OuiShare.Federation.Web.Pages.Network;
using OuiShare.Federation.Web.Pages.Profile;
using OuiShare.Federation.Web.Pages.Settings;
using OuiShare.Federation.Web.Pages.Shared;
using OuiShare.Federation.Web.Pages.SignIn;

namespace OuiShare.Federation.Web.Pages;

/// <summary>What the pages of members and admins need besides the node.</summary>
internal static class PagesHosting
{
    /// <summary>Registers the event form, the words for peers, and the sending of mails.</summary>
    public static IServiceCollection AddMemberPages(this IServiceCollection services)
    {
        services.Configure<MvcOptions>(mvc =>
        {
            mvc.Filters.Add<PostedForms>();
            mvc.Filters.Add<MissingValues>();
        });
        services.AddSingleton<PeerWords>();
        services.AddSingleton<ProblemWords>();
        services.AddSingleton<MailTrial>();
        services.AddSingleton<EventFormReading>();
        services.AddSingleton<PublishedEvents>();
        services.AddSingleton<OwnEventRows>();
        services.AddSingleton<ProofMails>();
        services.AddSingleton<MailChanges>();
        services.AddSingleton<AccountMails>();
        services.AddHostedService(provider => provider.GetRequiredService<AccountMails>());
        return services;
    }
}
