using System.Diagnostics;

namespace OuiShare.Federation.Faults.Disks;

/// <summary>A small disk of its own in a file, mounted: its power can be cut and it can be filled up, with no harm to the machine.</summary>
internal sealed class LoopDisk : IAsyncDisposable
{
    /// <summary>Small, so that it is soon full; XFS refuses to be smaller than 300 MB.</summary>
    private const long Ext4Bytes = 96L << 20;
    private const long XfsBytes = 320L << 20;

    private const int BallastChunk = 64 << 10;

    /// <summary>A file system is busy for a moment after the process that used it was killed.</summary>
    private static readonly TimeSpan BusyLimit = TimeSpan.FromSeconds(10);

    private readonly string _image;
    private bool _isMounted;

    private LoopDisk(string image, string mountPoint) => (_image, MountPoint) = (image, mountPoint);

    /// <summary>Where it is mounted.</summary>
    public string MountPoint { get; }

    private string Ballast => Path.Combine(MountPoint, "ballast");

    /// <summary>Makes a disk and mounts it.</summary>
    /// <param name="kind">"ext4" or "xfs".</param>
    /// <param name="image">The file that holds it; its folder exists.</param>
    /// <param name="mountPoint">An empty folder, made when missing.</param>
    public static async Task<LoopDisk> MakeAsync(string kind, string image, string mountPoint)
    {
        using (var file = File.Create(image))
            file.SetLength(kind == "xfs" ? XfsBytes : Ext4Bytes);
        if (kind == "xfs")
            await Commands.RunAsync("mkfs.xfs", "-q", "-f", image);
        else
            await Commands.RunAsync("mkfs.ext4", "-q", "-F", "-m", "0", image);
        Directory.CreateDirectory(mountPoint);
        var disk = new LoopDisk(image, mountPoint);
        await disk.MountAsync();
        return disk;
    }

    /// <summary>Takes its power. Every write fails from now on; what was not synced is gone.</summary>
    public void CutPower() => SystemCalls.CutPower(MountPoint);

    /// <summary>Gives it its power back: it is mounted anew, and its file system recovers. Nobody has a file open on it.</summary>
    public async Task RestorePowerAsync()
    {
        await UnmountAsync();
        await MountAsync();
    }

    /// <summary>Leaves no room on it.</summary>
    public void Fill()
    {
        var zeros = new byte[BallastChunk];
        using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        for (var chunk = BallastChunk; chunk >= 1_024; chunk /= 2)
            WriteUntilFull(file, zeros.AsSpan(0, chunk));
    }

    /// <summary>Frees the room again.</summary>
    public void Free() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        if (_isMounted)
            await UnmountAsync();
        File.Delete(_image);
    }

    private static void WriteUntilFull(FileStream file, ReadOnlySpan<byte> chunk)
    {
        try
        {
            while (true)
                file.Write(chunk);
        }
        catch (IOException)
        {
            // Full, for chunks of this size.
        }
    }

    private async Task MountAsync()
    {
        // The loop device is freed by the unmount.
        await Commands.RunAsync("mount", "-o", "loop", _image, MountPoint);
        _isMounted = true;
    }

    private async Task UnmountAsync()
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await Commands.RunAsync("umount", MountPoint);
                _isMounted = false;
                return;
            }
            catch (IOException) when (watch.Elapsed < BusyLimit)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
    }
}
