using OuiShare.Federation.Web.Pages.EventForm;
using OuiShare.Federation.Web.Pages.Network;
using OuiShare.Federation.Web.Pages.SignIn;

namespace OuiShare.Federation.Web.Pages;

/// <summary>What the pages of members and admins need besides the node.</summary>
internal static class PagesHosting
{
    /// <summary>Registers the event form, the sending of sign-in mails and its limits.</summary>
    public static IServiceCollection AddMemberPages(this IServiceCollection services)
    {
        services.AddSingleton<PeerWords>();
        services.AddSingleton<SignInLimits>();
        services.AddSingleton<EventFormReading>();
        services.AddSingleton<SignInMails>();
        services.AddHostedService(provider => provider.GetRequiredService<SignInMails>());
        return services;
    }
}
