namespace OuiShare.Federation.Network.Tests;

/// <summary>What stands in the bytes of a node's files, also while it runs.</summary>
internal static class NodeFolders
{
    /// <summary>The files of a node that hold these letters in UTF-8.</summary>
    public static IReadOnlyList<string> FilesWith(this NodeProcess node, string letters) => node.FilesWith(System.Text.Encoding.UTF8.GetBytes(letters));

    /// <summary>The files of a node that hold these bytes.</summary>
    public static IReadOnlyList<string> FilesWith(this NodeProcess node, byte[] bytes) => [.. Directory
        .EnumerateFiles(node.Folder, "*", SearchOption.AllDirectories)
        // The lock is empty, and while the node runs nobody else may open it.
        .Where(path => Path.GetFileName(path) != "node.lock")
        .Where(path => ReadAll(path).AsSpan().IndexOf(bytes) >= 0)];

    /// <summary>The node may have the file open for writing, and remove it.</summary>
    private static byte[] ReadAll(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var content = new MemoryStream();
            file.CopyTo(content);
            return content.ToArray();
        }
        catch (FileNotFoundException)
        {
            return [];
        }
    }
}
