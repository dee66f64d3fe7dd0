using Microsoft.AspNetCore.Mvc;
using OuiShare.Federation.Web.Pages.EventForm;
using OuiShare.Federation.Web.Pages.MyEvents;
using OuiShare.Federation.Web.Pages.Network;
using OuiShare.Federation.Web.Pages.Settings;
using OuiShare.Federation.Web.Pages.Shared;
using OuiShare.Federation.Web.Pages.SignIn;

namespace OuiShare.Federation.Web.Pages;

/// <summary>What the pages of members and admins need besides the node.</summary>
internal static class PagesHosting
{
    /// <summary>Registers the event form, the words for peers, and the sending of mails with its limits.</summary>
    public static IServiceCollection AddMemberPages(this IServiceCollection services)
    {
        services.Configure<MvcOptions>(options => options.Filters.Add<MissingValues>());
        services.AddSingleton<PeerWords>();
        services.AddSingleton<ProblemWords>();
        services.AddSingleton<SignInLimits>();
        services.AddSingleton<MailTrial>();
        services.AddSingleton<EventFormReading>();
        services.AddSingleton<PublishedEvents>();
        services.AddSingleton<OwnEventRows>();
        services.AddSingleton<SignInMails>();
        services.AddHostedService(provider => provider.GetRequiredService<SignInMails>());
        return services;
    }
}
