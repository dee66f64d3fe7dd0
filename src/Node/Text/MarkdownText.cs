using System.Text;
using System.Text.Encodings.Web;
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

    /// <summary>Characters of HTML that one text may become: five times the longest that a record holds, for its marks.</summary>
    private const int HtmlLength = 100_000;

    /// <summary>Beginnings and ends of elements in it: the sanitizer takes time by the square of neighbours. A long text has some hundred.</summary>
    private const int HtmlTags = 3_000;

    /// <summary>The text as HTML; empty for an empty one. See <see cref="Render"/>.</summary>
    public static string ToHtml(string markdown) => Render(markdown).Html;

    /// <summary>
    /// The text as HTML; empty for an empty one. Takes bounded time and never throws, whatever the text: one that is too intricate (see
    /// <see cref="MarkdownCost"/>), or whose HTML would be too long, comes as its own characters in plain paragraphs, and says so.
    /// </summary>
    public static RenderedText Render(string markdown)
    {
        if (string.IsNullOrWhiteSpace(markdown))
            return new RenderedText("", IsPlain: false);
        return Try(markdown, LayOut) is { } html ? new RenderedText(html, IsPlain: false) : Plain(markdown);
    }

    /// <summary>The text's words without any marks, for lists, feeds and search; lines are kept. Of a text that is too intricate, the text as it is.</summary>
    public static string ToPlainText(string markdown) =>
        string.IsNullOrWhiteSpace(markdown) ? "" : (Try(markdown, text => Markdown.ToPlainText(text, Pipeline)) ?? markdown).Trim();

    // Null: too intricate.
    private static string? Try(string markdown, Func<string, string?> read)
    {
        if (!MarkdownCost.IsAffordable(markdown))
            return null;
        try
        {
            return read(markdown);
        }
        // Markdig refuses what nests deeper than 128 with an ArgumentException, some of it while parsing and some while writing. Anything else it
        // may throw is a fault of its own; either way a stranger's text must not decide whether a page is shown, so everything is caught here.
        catch (Exception)
        {
            return null;
        }
    }

    // Null: its HTML would be too long.
    private static string? LayOut(string markdown)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        foreach (var block in document.Descendants<HeadingBlock>())
            block.Level = Math.Min(block.Level + HighestHeading - 1, LowestHeading);
        var length = (long)markdown.Length;
        foreach (var link in document.Descendants<LinkInline>())
        {
            // One definition may be used by a thousand links.
            length += (link.Url?.Length ?? 0) + (link.Title?.Length ?? 0);
            link.IsImage = false;
            if (link.FirstChild is null)
                link.AppendChild(new LiteralInline(link.Url ?? ""));
            link.GetAttributes().AddPropertyIfNotExist("rel", LinkRelation);
        }

        foreach (var link in document.Descendants<AutolinkInline>())
            link.GetAttributes().AddPropertyIfNotExist("rel", LinkRelation);
        return length <= HtmlLength && document.ToHtml(Pipeline) is { Length: <= HtmlLength } html && html.AsSpan().Count('<') <= HtmlTags
            ? Sanitizer.Sanitize(html)
            : null;
    }

    private static RenderedText Plain(string markdown)
    {
        var html = new StringBuilder("<p>");
        foreach (var line in markdown.AsSpan().EnumerateLines())
        {
            if (html.Length > HtmlLength)
                break;
            html.Append(line.IsWhiteSpace() ? "</p><p>" : HtmlEncoder.Default.Encode(line.ToString()) + "<br>");
        }

        return new RenderedText(html.Append("</p>").ToString(), IsPlain: true);
    }

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

/// <summary>A text as HTML.</summary>
/// <param name="Html">Safe in a page; empty for an empty text.</param>
/// <param name="IsPlain">The text was too intricate to be laid out and stands there as it was written; a page says so.</param>
public sealed record RenderedText(string Html, bool IsPlain);
