using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace OuiShare.Federation.Node.Hosting;

/// <summary>A section of the settings that some room reads; the environment may name no other.</summary>
/// <param name="Section">The section's name, such as <c>Mail</c>.</param>
public sealed record SettingsSection(string Section);

/// <summary>How every room gets its options: bound, checked at start, and refused in words.</summary>
public static class RoomOptions
{
    /// <summary>
    /// Reads <typeparamref name="TOptions"/> from a section of the settings and checks it when the node starts.
    /// </summary>
    /// <remarks>A setting that the options do not have, or that has another form, is a <see cref="StartRefusedException"/>; one out of
    /// its range an <see cref="OptionsValidationException"/>. Either way the node says which and does not start.</remarks>
    public static IServiceCollection AddRoomOptions<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOptions, TValidator>(
        this IServiceCollection services, string section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddSingleton(new SettingsSection(section));
        services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
        services.AddOptions<TOptions>().Configure<IConfiguration>((options, configuration) => Bind(options, configuration, section)).ValidateOnStart();
        return services;
    }

    /// <summary>Sets what the section names; leaves the rest at its default.</summary>
    /// <exception cref="StartRefusedException">A setting is unknown or has the wrong form.</exception>
    public static void Bind<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOptions>(
        TOptions options, IConfiguration configuration, string section)
        where TOptions : class
    {
        var settings = configuration.GetSection(section);
        var known = typeof(TOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is not null)
            .Select(property => property.Name)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var setting in settings.GetChildren().Where(setting => !known.Contains(setting.Key)))
        {
            throw new StartRefusedException(
                $"There is no setting {section}:{setting.Key}. Known here: {string.Join(", ", known.Order(StringComparer.Ordinal))}.",
                ExitCodes.BadSetting);
        }

        try
        {
            settings.Bind(options);
        }
        catch (InvalidOperationException e)
        {
            // The binder's own message is for programmers, but names the setting.
            throw new StartRefusedException(InWords<TOptions>(e, settings), ExitCodes.BadSetting, e);
        }
    }

    private static string InWords<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOptions>(
        InvalidOperationException failure, IConfigurationSection settings)
    {
        var wrong = settings.GetChildren().FirstOrDefault(setting => failure.Message.Contains($"'{setting.Path}'", StringComparison.OrdinalIgnoreCase));
        if (wrong is null || typeof(TOptions).GetProperty(wrong.Key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase) is not { } property)
            return failure.Message.ReplaceLineEndings(" ");
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var form = type == typeof(bool) ? "true or false"
            : type.IsEnum ? "one of " + string.Join(", ", Enum.GetNames(type))
            : type == typeof(int) || type == typeof(long) ? "a whole number"
            : "a value of another form";
        return $"The setting {settings.Path}:{property.Name} is \"{wrong.Value}\", but takes {form}.";
    }
}
