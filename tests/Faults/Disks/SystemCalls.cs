using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace OuiShare.Federation.Faults.Disks;

/// <summary>The few calls to the kernel that .NET has no words for. Linux only.</summary>
internal static class SystemCalls
{
    /// <summary><c>SIGCONT</c> and <c>SIGSTOP</c> of <c>signal.h</c>, x86 and ARM.</summary>
    private const int Continue = 18;
    private const int Stop = 19;

    /// <summary><c>FS_IOC_SHUTDOWN</c>, which ext4 and XFS share: <c>_IOR('X', 125, __u32)</c>.</summary>
    private const uint ShutDown = 0x8004587d;

    /// <summary>Do not write the log first: what was not synced is gone, as when power fails.</summary>
    private const uint WithoutLogFlush = 2;

    /// <summary>This process may mount file systems.</summary>
    public static bool IsRoot => OperatingSystem.IsLinux() && NativeMethods.GetEffectiveUser() == 0;

    /// <summary>Stops a process in its tracks.</summary>
    public static void Freeze(int process) => Check(NativeMethods.Kill(process, Stop), "freeze a process");

    /// <summary>Lets a frozen process go on.</summary>
    public static void Thaw(int process) => Check(NativeMethods.Kill(process, Continue), "thaw a process");

    /// <summary>Takes the power from a mounted file system: from now on nothing is written to its disk.</summary>
    public static void CutPower(string mountPoint)
    {
        var descriptor = NativeMethods.Open(Encoding.UTF8.GetBytes(mountPoint + '\0'), flags: 0);
        Check(descriptor, $"open {mountPoint}");
        try
        {
            var how = WithoutLogFlush;
            Check(NativeMethods.Ioctl(descriptor, ShutDown, ref how), $"shut {mountPoint} down");
        }
        finally
        {
            _ = NativeMethods.Close(descriptor);
        }
    }

    private static void Check(int result, string what)
    {
        if (result < 0)
            throw new IOException($"Could not {what}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");
    }

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "geteuid")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern uint GetEffectiveUser();

        [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Kill(int process, int signal);

        [DllImport("libc", EntryPoint = "open", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Open(byte[] path, int flags);

        [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Ioctl(int descriptor, nuint request, ref uint value);

        [DllImport("libc", EntryPoint = "close", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Close(int descriptor);
    }
}
