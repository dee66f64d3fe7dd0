using System.Diagnostics;
using OuiShare.Federation.Node.Tests.Hostile;
using OuiShare.Federation.Node.Text;

namespace OuiShare.Federation.Node.Tests.Text;

/// <summary>
/// People's Markdown is laid out; a text that would cost a reader more than a page is worth comes as it was written, and says so.
/// </summary>
public sealed class MarkdownTextTests
{
    /// <summary>
    /// The longest that a text of 20,000 characters may take: 50 ms of one processor when nothing else runs (34 ms measured), and room for a
    /// machine that is busy with other tests. What this is to see took seconds.
    /// </summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(400);

    [Fact]
    public void An_ordinary_text_is_laid_out()
    {
        var links = string.Concat(Enumerable.Range(1, 100).Select(number => $"- [Atelier **{number}**](https://a.example/{number}), avec *Ana* et `Bob`\n"));
        var text = $"# Programme\n\nUn soir, **entre amis**.\n\n{links}\n| Heure | Quoi |\n| - | - |\n| 19 h | Accueil |\n\n> Venez !\n> > Oui !\n";

        var rendered = MarkdownText.Render(text);

        Assert.False(rendered.IsPlain);
        Assert.Contains("<h2>Programme</h2>", rendered.Html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"https://a.example/100\"", rendered.Html, StringComparison.Ordinal);
        Assert.Contains("<td>Accueil</td>", rendered.Html, StringComparison.Ordinal);
        Assert.Contains("<blockquote>", rendered.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(">", 129)]
    [InlineData("[", 200)]
    [InlineData("- ", 100)]
    [InlineData("*a_ ", 5_000)]
    public void A_text_that_is_too_intricate_comes_as_it_was_written(string sign, int times)
    {
        var text = string.Concat(Enumerable.Repeat(sign, times)) + "<script>fin";

        var rendered = MarkdownText.Render(text);

        Assert.Contains("fin", rendered.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", rendered.Html, StringComparison.Ordinal);
        Assert.Contains("fin", MarkdownText.ToPlainText(text), StringComparison.Ordinal);
        Assert.True(rendered.IsPlain);
    }

    [Fact]
    public void One_address_used_by_a_thousand_links_does_not_become_megabytes()
    {
        var text = HostileTexts.Repeat("[a] ", 1_000) + "\n\n[a]: https://a.example/" + new string('x', 18_000);

        Assert.InRange(MarkdownText.ToHtml(text).Length, 1, 200_000);
    }

    [Fact]
    public void No_pattern_of_signs_takes_long()
    {
        foreach (var pattern in HostileTexts.Patterns)
        {
            var backwards = new string([.. pattern.Reverse()]);
            AssertQuick(HostileTexts.Repeat(pattern, 20_000));
            AssertQuick(HostileTexts.Repeat(pattern, 10_000) + HostileTexts.Repeat(backwards, 10_000));
            AssertQuick(HostileTexts.Repeat(pattern, 18_000) + "\n\n[a]: http://" + new string('x', 1_800));
        }

        foreach (var text in HostileTexts.Worst)
            AssertQuick(text);
    }

    [Fact]
    public void A_text_is_laid_out_once_and_the_memory_of_it_is_bounded()
    {
        var texts = new RenderedTexts();
        var first = texts.Of("**a**");

        Assert.Same(first, texts.Of("**a**"));
        for (var number = 0; number < 400; number++)
            texts.Of(number + HostileTexts.Repeat("Un verre. ", 20_000));
        Assert.NotSame(first, texts.Of("**a**"));
        Assert.Equal(first, texts.Of("**a**"));
    }

    // The best of three: the machine may have been busy otherwise.
    private static void AssertQuick(string text)
    {
        var best = TimeSpan.MaxValue;
        for (var times = 0; times < 3 && best > Longest; times++)
        {
            var started = Stopwatch.StartNew();
            MarkdownText.ToHtml(text);
            MarkdownText.ToPlainText(text);
            best = started.Elapsed < best ? started.Elapsed : best;
        }

        Assert.True(best <= Longest, $"{best.TotalMilliseconds:F0} ms for {text[..Math.Min(40, text.Length)]}");
    }
}
