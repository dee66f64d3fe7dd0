namespace OuiShare.Federation.Benchmarks;

/// <summary>Where the checkout lies.</summary>
internal static class Repository
{
    /// <summary>The folder with the solution.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "OuiShare.Federation.sln")))
                return folder;
        }

        throw new InvalidOperationException("Run the benchmarks from a checkout.");
    }
}
