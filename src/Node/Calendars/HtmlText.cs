using System.Net;
using System.Text;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// Turns the HTML that many calendars put into descriptions into Markdown: paragraphs, lines, lists, links, emphasis; all else is
/// dropped. One pass without recursion, so that no nesting costs anything. What comes out is text: pages sanitise it as any other.
/// </summary>
internal static class HtmlText
{
    private static readonly string[] Telltales =
    [
        "<br", "<p>", "<p ", "</p>", "<a ", "<b>", "<i>", "<u>", "<ul", "<ol", "<li", "<div", "<span", "<html", "<strong", "<em>",
        "<h1", "<h2", "<h3", "<table",
    ];

    /// <summary>Whether the text holds tags that a person would not have typed.</summary>
    public static bool IsHtml(string text) =>
        text.Contains('<', StringComparison.Ordinal) && Array.Exists(Telltales, tag => text.Contains(tag, StringComparison.OrdinalIgnoreCase));

    /// <summary>The text as Markdown.</summary>
    public static string ToMarkdown(string html)
    {
        var text = new StringBuilder(html.Length);
        var link = (Url: "", At: 0);
        for (var at = 0; at < html.Length;)
        {
            var open = html.IndexOf('<', at);
            // A "<" that begins no tag is one: "1 < 2".
            if (open < 0 || open + 1 >= html.Length || !(char.IsAsciiLetter(html[open + 1]) || html[open + 1] is '/' or '!' or '?'))
            {
                var upTo = open < 0 ? html.Length : open + 1;
                AppendText(text, html[at..upTo]);
                at = upTo;
                continue;
            }

            AppendText(text, html[at..open]);
            var close = html.IndexOf('>', open);
            if (close < 0)
                break;
            var tag = html[(open + 1)..close];
            at = close + 1;
            var name = Name(tag);
            if (name is "script" or "style" or "head" or "title")
                at = AfterEndOf(html, name, at);
            else if (name == "a")
                link = link.Url.Length > 0 ? link : OpenLink(text, tag);
            else if (name == "/a")
                link = CloseLink(text, link);
            else
                text.Append(Markdown(name));
        }

        CloseLink(text, link);
        return Tidy(text.ToString());
    }

    private static string Markdown(string tag) => tag switch
    {
        "br" => "\n",
        "p" or "/p" or "div" or "/div" or "/ul" or "/ol" or "table" or "/table" or "blockquote" or "/blockquote" or "hr" => "\n\n",
        "h1" or "h2" or "h3" or "h4" or "h5" or "h6" => "\n\n### ",
        "/h1" or "/h2" or "/h3" or "/h4" or "/h5" or "/h6" => "\n\n",
        "li" => "\n- ",
        "tr" => "\n",
        "td" or "th" => " ",
        "b" or "strong" or "/b" or "/strong" => "**",
        "i" or "em" or "/i" or "/em" => "*",
        _ => "",
    };

    // White space in HTML is one space, whatever it is.
    private static void AppendText(StringBuilder text, string html)
    {
        foreach (var character in WebUtility.HtmlDecode(html))
        {
            if (character is ' ' or '\n' or '\r' or '\t' or '\u00a0')
            {
                if (text.Length > 0 && text[^1] is not (' ' or '\n'))
                    text.Append(' ');
            }
            else
            {
                text.Append(character);
            }
        }
    }

    private static string Name(string tag)
    {
        var end = 1;
        while (end < tag.Length && char.IsAsciiLetterOrDigit(tag[end]))
            end++;
        return tag[..Math.Min(end, tag.Length)].ToLowerInvariant();
    }

    private static int AfterEndOf(string html, string name, int at)
    {
        var end = html.IndexOf("</" + name, at, StringComparison.OrdinalIgnoreCase);
        var close = end < 0 ? -1 : html.IndexOf('>', end);
        return close < 0 ? html.Length : close + 1;
    }

    private static (string Url, int At) OpenLink(StringBuilder text, string tag)
    {
        var at = tag.IndexOf("href", StringComparison.OrdinalIgnoreCase);
        var value = at < 0 ? "" : tag[(at + 4)..].TrimStart(' ', '=');
        var quote = value.Length > 0 && value[0] is '"' or '\'' ? value[0] : ' ';
        value = value.TrimStart(quote);
        var end = value.IndexOf(quote, StringComparison.Ordinal);
        var url = WebUrl.Read(WebUtility.HtmlDecode(end < 0 ? value : value[..end]));
        // Markdown would end the address at a closing parenthesis.
        if (url is null || url.Contains(')', StringComparison.Ordinal) || url.Contains('(', StringComparison.Ordinal))
            return ("", 0);
        text.Append('[');
        return (url, text.Length - 1);
    }

    private static (string Url, int At) CloseLink(StringBuilder text, (string Url, int At) link)
    {
        if (link.Url.Length == 0)
            return link;
        // A link that is named by its own address needs no name.
        var name = text.ToString(link.At + 1, text.Length - link.At - 1).Trim();
        if (name.Length == 0 || name.TrimEnd('/') == link.Url.TrimEnd('/'))
            text.Remove(link.At, text.Length - link.At).Append(link.Url);
        else
            text.Append("](").Append(link.Url).Append(')');
        return ("", 0);
    }

    private static string Tidy(string text)
    {
        var lines = text.Split('\n').Select(line => line.Trim()).ToList();
        var tidy = new StringBuilder(text.Length);
        var empty = 0;
        foreach (var line in lines)
        {
            empty = line.Length == 0 ? empty + 1 : 0;
            if (empty < 2 && (tidy.Length > 0 || line.Length > 0))
                tidy.Append(line).Append('\n');
        }

        return tidy.Replace("****", "").ToString().Trim();
    }
}
