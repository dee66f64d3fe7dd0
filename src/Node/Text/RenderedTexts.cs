namespace OuiShare.Federation.Node.Text;

/// <summary>
/// Remembers what the last texts became as HTML: a page that many open is laid out once. The text itself is the key, so nothing is ever out of
/// date. Thread-safe.
/// </summary>
public sealed class RenderedTexts
{
    /// <summary>Characters of texts and HTML together: 8 MiB of memory, some thousand ordinary texts.</summary>
    private const int Characters = 4 << 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<(string Text, RenderedText Html)>> _known = [];
    private readonly LinkedList<(string Text, RenderedText Html)> _byUse = [];
    private int _characters;

    /// <summary>The text as HTML, see <see cref="MarkdownText.Render"/>.</summary>
    public RenderedText Of(string markdown)
    {
        lock (_lock)
        {
            if (_known.TryGetValue(markdown, out var node))
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
                return node.Value.Html;
            }
        }

        // Outside of the lock: nobody waits for another's text.
        var html = MarkdownText.Render(markdown);
        lock (_lock)
        {
            if (_known.TryAdd(markdown, new LinkedListNode<(string, RenderedText)>((markdown, html))))
            {
                _byUse.AddFirst(_known[markdown]);
                _characters += markdown.Length + html.Html.Length;
            }

            while (_characters > Characters && _byUse.Last is { } oldest)
            {
                _byUse.RemoveLast();
                _known.Remove(oldest.Value.Text);
                _characters -= oldest.Value.Text.Length + oldest.Value.Html.Html.Length;
            }
        }

        return html;
    }
}
