namespace OuiShare.Federation.Benchmarks;

/// <summary>A folder that is gone when it is disposed.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    /// <summary>Makes a folder among the system's temporary ones.</summary>
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("ouishare-benchmark-").FullName;

    /// <summary>Makes a folder in another.</summary>
    public TemporaryFolder(string parent) =>
        Path = Directory.CreateDirectory(System.IO.Path.Combine(parent, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N"))).FullName;

    public string Path { get; }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
