using OuiShare.Federation.Web.Pages.SignIn;

namespace OuiShare.Federation.Web.Pages;

/// <summary>What the pages of members and admins need besides the node.</summary>
internal static class PagesHosting
{
    /// <summary>Registers the sending of sign-in mails and its limits.</summary>
    public static IServiceCollection AddMemberPages(this IServiceCollection services)
    {
        services.AddSingleton<SignInLimits>();
        services.AddSingleton<SignInMails>();
        services.AddHostedService(provider => provider.GetRequiredService<SignInMails>());
        return services;
    }
}
