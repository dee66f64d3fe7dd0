using System.Reflection;

namespace OuiShare.Federation.Web.Hosting;

/// <summary>Which program this is.</summary>
internal static class ProgramVersion
{
    /// <summary>Version without the commit, such as "0.1.0".</summary>
    public static string Text { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
