using System.Diagnostics;

namespace OuiShare.Federation.Network.Tests;

/// <summary>Where the built programs and the repository's files are, and how a program is started.</summary>
internal static class Programs
{
    /// <summary>tests/PROJECT/bin/CONFIGURATION/FRAMEWORK/ of the repository.</summary>
    private static readonly DirectoryInfo Output = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    /// <summary>The repository's folder.</summary>
    public static string Repository { get; } = Output.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;

    /// <summary>The node's program.</summary>
    public static string Web { get; } =
        Path.Combine(Repository, "src", "Web", "bin", Output.Parent!.Name, Output.Name, "OuiShare.Federation.Web.dll");

    /// <summary>The operator's tool.</summary>
    public static string Cli { get; } = Path.Combine(Repository, "src", "Cli", "bin", Output.Parent!.Name, Output.Name, "ouishare.dll");

    /// <summary>"Debug" or "Release": how the programs were built.</summary>
    public static string Configuration => Output.Parent!.Name;

    /// <summary>The twenty real calendars.</summary>
    public static string Calendars { get; } = Path.Combine(Repository, "tests", "calendars");

    /// <summary>How to start the node's program, with its three streams redirected and no setting from this process's environment.</summary>
    public static ProcessStartInfo StartOfWeb(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(Web);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var variable in start.Environment.Keys.Where(IsSetting).ToList())
            start.Environment.Remove(variable);
        return start;
    }

    private static bool IsSetting(string variable) =>
        variable.StartsWith("OUISHARE_", StringComparison.OrdinalIgnoreCase) || variable.StartsWith("OTEL_", StringComparison.OrdinalIgnoreCase);
}
