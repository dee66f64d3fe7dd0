using System.Collections;
using OuiShare.Federation.Node.Hosting;

namespace OuiShare.Federation.Web.Hosting;

/// <summary>Settings from environment variables: <c>OUISHARE_PUBLIC_URL</c> is Node:PublicUrl, <c>OUISHARE_MAIL__HOST</c> is Mail:Host.</summary>
/// <remarks>
/// Two underscores separate a section from its setting, as everywhere in .NET; one underscore separates words and is dropped. A
/// name without a section is the node's own. The prefix is ours alone, so a name that no room reads is a mistake and is refused.
/// </remarks>
internal static class EnvironmentSettings
{
    private const string Prefix = "OUISHARE_";

    private const string CertificateSection = "Kestrel:Certificates:Default:";
    private const string LogLevelSection = "Logging:LogLevel:";

    /// <summary>What the framework reads of a certificate; it would pass over a misspelled name in silence.</summary>
    private static readonly string[] CertificateSettings = ["Path", "KeyPath", "Password", "Subject", "Store", "Location", "AllowInvalid"];

    /// <summary>Whether a variable is a setting of a node.</summary>
    public static bool IsOurs(string variable) => variable.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Every variable with the prefix, as configuration key and value.</summary>
    public static IReadOnlyDictionary<string, string?> Read(IDictionary environment) => environment.Cast<DictionaryEntry>()
        .Where(variable => IsOurs((string)variable.Key))
        .ToDictionary(variable => KeyOf((string)variable.Key), variable => (string?)variable.Value, StringComparer.OrdinalIgnoreCase);

    /// <summary>Refuses a section that no room reads; the names within a section are checked where it is bound.</summary>
    /// <exception cref="StartRefusedException">There is no such section.</exception>
    public static void RefuseUnknownSections(IEnumerable<string> keys, IEnumerable<SettingsSection> sections)
    {
        var known = sections.Select(section => section.Section).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var key in keys.Where(key => !IsOfFramework(key)))
        {
            var section = key.Split(ConfigurationPath.KeyDelimiter)[0];
            if (!known.Contains(section))
            {
                throw new StartRefusedException(
                    $"The environment sets {key}, but there are no settings called {section}. Known: {string.Join(", ", known.Order(StringComparer.Ordinal))}.",
                    ExitCodes.BadSetting);
            }
        }
    }

    /// <summary>Whether ASP.NET Core itself reads the key: the node's certificate, or how much is logged.</summary>
    /// <exception cref="StartRefusedException">It is about the certificate, but there is no such setting.</exception>
    private static bool IsOfFramework(string key)
    {
        if (key.StartsWith(LogLevelSection, StringComparison.OrdinalIgnoreCase))
            return true;
        if (!key.StartsWith("Kestrel:", StringComparison.OrdinalIgnoreCase))
            return false;
        if (CertificateSettings.Any(name => key.Equals(CertificateSection + name, StringComparison.OrdinalIgnoreCase)))
            return true;
        throw new StartRefusedException(
            $"The environment sets {key}, but of Kestrel only {CertificateSection} with {string.Join(", ", CertificateSettings)} can be set; where to listen says --urls.", ExitCodes.BadSetting);
    }

    private static string KeyOf(string variable)
    {
        var parts = variable[Prefix.Length..].Split("__").Select(part => part.Replace("_", "", StringComparison.Ordinal)).ToArray();
        return parts.Length == 1 ? ConfigurationPath.Combine(NodeOptions.Section, parts[0]) : ConfigurationPath.Combine(parts);
    }
}
