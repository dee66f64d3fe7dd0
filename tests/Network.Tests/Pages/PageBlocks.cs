namespace OuiShare.Federation.Network.Tests.Pages;

/// <summary>The fenced blocks of a page in Markdown.</summary>
/// <param name="Language">What stands behind the three backticks; empty: nothing.</param>
/// <param name="Lines">Its lines.</param>
internal sealed record PageBlock(string Language, IReadOnlyList<string> Lines)
{
    private const string Fence = "```";

    /// <summary>All blocks of a page of the repository, in order.</summary>
    public static IReadOnlyList<PageBlock> ReadAll(string page)
    {
        var blocks = new List<PageBlock>();
        List<string>? open = null;
        var language = "";
        foreach (var line in File.ReadAllLines(Path.Combine(Programs.Repository, page)))
        {
            if (!line.StartsWith(Fence, StringComparison.Ordinal))
            {
                open?.Add(line);
            }
            else if (open is null)
            {
                (open, language) = ([], line[Fence.Length..].Trim());
            }
            else
            {
                blocks.Add(new PageBlock(language, open));
                open = null;
            }
        }

        return blocks;
    }
}
