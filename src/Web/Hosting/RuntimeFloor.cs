using System.Reflection;
using Microsoft.AspNetCore.DataProtection;
using OuiShare.Federation.Node.Hosting;

namespace OuiShare.Federation.Web.Hosting;

/// <summary>The oldest ASP.NET Core runtime on which a node starts.</summary>
/// <remarks>
/// A published node uses whatever runtime of version 10 its machine has. Before 10.0.7 Data Protection accepted forged cookies (CVE-2026-40372):
/// anybody could have signed in as an admin. Raise it with every flaw of that kind.
/// </remarks>
internal static class RuntimeFloor
{
    /// <summary>The first version without a flaw that opens a node.</summary>
    public static Version Lowest { get; } = new(10, 0, 7);

    /// <summary>Refuses to start on an older runtime.</summary>
    /// <param name="version">What the runtime says of itself, such as "10.0.12+4f6f2c1"; null: the one that runs this.</param>
    /// <exception cref="StartRefusedException">It is older, or does not say.</exception>
    public static void Check(string? version = null)
    {
        version ??= typeof(DataProtectionProvider).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        if (Version.TryParse(version.Split('+', '-')[0], out var running) && running >= Lowest)
            return;
        throw new StartRefusedException(
            $"The ASP.NET Core runtime here is version {(version.Length == 0 ? "unknown" : version)}, in which anybody can forge a sign-in (CVE-2026-40372). Install {Lowest} or newer, then start the node again.",
            ExitCodes.BadSetting);
    }
}
