using OuiShare.Federation.Faults.Disks;

namespace OuiShare.Federation.Faults.Kinds;

/// <summary>A way in which a network of nodes can be hurt. Thread-safe: what happens is in the scene.</summary>
internal interface IFault
{
    /// <summary>Its name in the table and for <c>--only</c>: words joined by hyphens, the kind first.</summary>
    string Name { get; }

    /// <summary>Why it cannot be tried on this machine; null: it can.</summary>
    string? CannotBecause { get; }

    /// <summary>
    /// Lets the fault strike, waits until an admin can read of it, and puts back what a machine or an admin would: power, room on the disk,
    /// the process. Afterwards all nodes run, or the round says why not.
    /// </summary>
    Task StrikeAsync(Scene scene);

    /// <summary>Why a fault that needs a disk of its own cannot be tried; null: it can.</summary>
    static string? WhyNoDisk(string fileSystem) =>
        !SystemCalls.IsRoot ? "only root may mount a disk of its own"
        : Commands.Find("mkfs." + fileSystem) is null ? $"mkfs.{fileSystem} is not installed"
        : null;
}
