namespace OuiShare.Federation.Node.Hosting;

/// <summary>With what the node's process ends.</summary>
/// <remarks>
/// The numbers are those of BSD's <c>sysexits.h</c>: systemd knows their names, so that a unit can restart a node that crashed
/// and leave alone one that a person must look at (<c>RestartPreventExitStatus=USAGE DATAERR NOPERM CONFIG</c>).
/// </remarks>
public static class ExitCodes
{
    /// <summary>The node was asked to stop, and did.</summary>
    public const int Stopped = 0;

    /// <summary>The command line has an option or a command that does not exist.</summary>
    public const int Usage = 64;

    /// <summary>The data folder or the database is damaged, incomplete, or written by a newer program.</summary>
    public const int DamagedData = 65;

    /// <summary>A port is taken, or an address does not belong to this machine.</summary>
    public const int AddressUnavailable = 69;

    /// <summary>The program itself failed: a fault of ours.</summary>
    public const int ProgramFailed = 70;

    /// <summary>The disk is full, failed, or mounted for reading only.</summary>
    public const int DiskFailed = 74;

    /// <summary>Another process runs this node, or has its database open.</summary>
    public const int AlreadyRunning = 75;

    /// <summary>The process may not read or write what it must.</summary>
    public const int NoPermission = 77;

    /// <summary>A setting is missing, unknown or out of its range, or the runtime is too old.</summary>
    public const int BadSetting = 78;
}
