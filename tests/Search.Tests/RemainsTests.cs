using System.Text;
using static OuiShare.Federation.Search.Tests.TemporaryIndex;

namespace OuiShare.Federation.Search.Tests;

/// <summary>Whether the index knows that words of removed documents still stand in its file.</summary>
public sealed class RemainsTests
{
    [Fact]
    public async Task Only_the_removal_of_what_was_there_leaves_remains()
    {
        await using var index = new TemporaryIndex();

        await index.PutAsync(Document("a", "Drinks"));
        await index.RemoveAsync("unknown");

        Assert.False(index.Index.HasRemains);
        await index.RemoveAsync("a");
        Assert.True(index.Index.HasRemains);
    }

    [Fact]
    public async Task Remains_are_known_after_a_kill_and_gone_when_the_file_was_compacted()
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(Document("a", "Zanzibarian"), Document("b", "Drinks"));
        await index.RemoveAsync("a");

        await index.KillAsync();
        Assert.True(index.Index.HasRemains);
        await index.Index.CompactAsync(CancellationToken.None);

        Assert.False(index.Index.HasRemains);
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(index.Path)!))
            Assert.DoesNotContain("anzibarian", await ReadAsync(file), StringComparison.Ordinal);
        await index.KillAsync();
        Assert.False(index.Index.HasRemains);
        Assert.Equal("b", await index.KeysAsync("drinks"));
    }

    private static async Task<string> ReadAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }
}
