namespace OuiShare.Federation.Search.Tests;

/// <summary>A real index in a folder of its own, which is gone with it, and short words for what tests do with it.</summary>
internal sealed class TemporaryIndex : IAsyncDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ouishare-search-");

    public TemporaryIndex() => Index = EventIndex.Open(Path);

    public EventIndex Index { get; private set; }

    public string Path => System.IO.Path.Combine(_folder.FullName, "search.db");

    public static SearchDocument Document(string key, string title, params SearchTimeSpan[] occurrences) => new()
    {
        Key = key,
        Texts = [new("en", title, "")],
        Group = "paris",
        Occurrences = occurrences is [] ? [InDays(1)] : occurrences,
    };

    /// <summary>Two hours that begin so many days from now.</summary>
    public static SearchTimeSpan InDays(double days) => new(Now.AddDays(days), Now.AddDays(days).AddHours(2));

    public async Task PutAsync(params SearchDocument[] documents) =>
        await Index.ApplyAsync([.. documents.Select(document => new IndexChange.Put(document))], NoCursors, CancellationToken.None);

    public async Task RemoveAsync(string key) =>
        await Index.ApplyAsync([new IndexChange.Remove(key)], NoCursors, CancellationToken.None);

    public async Task<SearchResults> FindAsync(SearchQuery query) => await Index.FindAsync(query, CancellationToken.None);

    public async Task<SearchResults> FindAsync(string text) => await FindAsync(new SearchQuery { Text = text, Now = Now });

    /// <summary>The keys found, in their order, with a blank between them.</summary>
    public async Task<string> KeysAsync(string text) => Keys(await FindAsync(text));

    /// <summary>The keys found, in their order, with a blank between them.</summary>
    public async Task<string> KeysAsync(SearchQuery query) => Keys(await FindAsync(query));

    public static string Keys(SearchResults results) => string.Join(' ', results.Hits.Select(hit => hit.Key));

    public async Task ReopenAsync(Action<string>? change = null)
    {
        await Index.DisposeAsync();
        change?.Invoke(Path);
        Index = EventIndex.Open(Path);
    }

    /// <summary>Goes on with the files as a kill would leave them: copied while the index is open, nothing finished or folded back.</summary>
    public async Task KillAsync()
    {
        var copies = System.IO.Directory.GetFiles(_folder.FullName).ToDictionary(file => file, ReadShared);
        await Index.DisposeAsync();
        foreach (var (file, bytes) in copies)
            await File.WriteAllBytesAsync(file, bytes);
        Index = EventIndex.Open(Path);
    }

    public async ValueTask DisposeAsync()
    {
        await Index.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static readonly Dictionary<string, long> NoCursors = [];

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
