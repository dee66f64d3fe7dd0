using Ganss.Xss;
using Markdig;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace OuiShare.Federation.Node.Text;

/// <summary>
/// Turns the Markdown (CommonMark) that people of any chapter write into HTML that is safe in a page of this one. Two locks: the
/// Markdown's own HTML is shown as text, and what was rendered passes an allow-list. Thread-safe.
/// </summary>
/// <remarks>A picture becomes a link to it: showing it would tell the reader's address to whoever keeps the picture.</remarks>
public static class MarkdownText
{
    /// <summary>The page has the one first heading; a text's own begin below it.</summary>
    private const int HighestHeading = 2;

    private const int LowestHeading = 4;

    /// <summary>
    /// What links say of themselves: no recommendation of ours, written by people (https://developers.google.com/search/docs/crawling-indexing/qualify-outbound-links),
    /// and no hold on the page they were opened from.
    /// </summary>
    private const string LinkRelation = "nofollow ugc noopener";

    private static readonly MarkdownPipeline Pipeline =
        new MarkdownPipelineBuilder().DisableHtml().UseAutoLinks().UsePipeTables().UseEmphasisExtras().Build();

    // Not changed after this, which makes it safe for many threads.
    private static readonly HtmlSanitizer Sanitizer = MakeSanitizer();

    /// <summary>The text as HTML; empty for an empty one.</summary>
    public static string ToHtml(string markdown)
    {
        if (string.IsNullOrWhiteSpace(markdown))
            return "";

        var document = Markdown.Parse(markdown, Pipeline);
        foreach (var block in document.Descendants<HeadingBlock>())
            block.Level = Math.Min(block.Level + HighestHeading - 1, LowestHeading);
        foreach (var link in document.Descendants<LinkInline>())
        {
            link.IsImage = false;
            if (link.FirstChild is null)
                link.AppendChild(new LiteralInline(link.Url ?? ""));
            link.GetAttributes().AddPropertyIfNotExist("rel", LinkRelation);
        }

        foreach (var link in document.Descendants<AutolinkInline>())
            link.GetAttributes().AddPropertyIfNotExist("rel", LinkRelation);
        return Sanitizer.Sanitize(document.ToHtml(Pipeline));
    }

    /// <summary>The text's words without any marks, for lists, feeds and search; lines are kept.</summary>
    public static string ToPlainText(string markdown) =>
        string.IsNullOrWhiteSpace(markdown) ? "" : Markdown.ToPlainText(markdown, Pipeline).Trim();

    private static HtmlSanitizer MakeSanitizer()
    {
        var sanitizer = new HtmlSanitizer(new HtmlSanitizerOptions
        {
            AllowedTags = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
            {
                "p", "br", "hr", "h2", "h3", "h4", "em", "strong", "del", "ins", "mark", "sub", "sup", "a", "ul", "ol", "li", "blockquote", "code", "pre",
                "table", "thead", "tbody", "tr", "th", "td",
            },
            AllowedAttributes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "href", "rel", "title", "start" },
            UriAttributes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "href" },
            AllowedSchemes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "https", "http", "mailto" },
        });
        return sanitizer;
    }
}
