using System.Reflection;

namespace OuiShare.Federation.Node.Hosting;

/// <summary>Which version of the program this is.</summary>
public static class NodeVersion
{
    /// <summary>Such as "0.1.0".</summary>
    public static string Text { get; } =
        typeof(NodeVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
