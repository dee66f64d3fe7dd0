namespace OuiShare.Federation.Node.Tests;

/// <summary>A folder that lasts as long as a test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ouishare-node-");

    public string Path => _folder.FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Whether any file in it, at any depth, holds these letters in UTF-8.</summary>
    public bool Contains(string letters) => Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories)
        .Any(file => Bytes.Read(file).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(letters)) >= 0);

    public void Dispose() => _folder.Delete(recursive: true);
}

/// <summary>Files as bytes, also while a node has them open.</summary>
internal static class Bytes
{
    public static byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }
}
