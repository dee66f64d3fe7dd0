using OuiShare.Federation.Web.Pages.Shared;
using OuiShare.Federation.Web.Text;

namespace OuiShare.Federation.Web.Pages;

/// <summary>What the pages that anybody may read are made with.</summary>
internal static class PublicPages
{
    /// <summary>Registers it.</summary>
    public static IServiceCollection AddPublicPages(this IServiceCollection services)
    {
        services.AddSingleton<DateWords>();
        services.AddSingleton<RuleWords>();
        services.AddSingleton<PlaceWords>();
        services.AddSingleton<EventRows>();
        services.AddSingleton<CoverageReader>();
        services.AddSingleton<ChapterFigures>();
        return services;
    }
}
