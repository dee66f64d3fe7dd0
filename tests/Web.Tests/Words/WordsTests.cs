using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace OuiShare.Federation.Web.Tests.Words;

/// <summary>Every sentence of the pages exists in every language of the pages, with the same places to fill.</summary>
public sealed partial class WordsTests
{
    [Theory]
    [InlineData("fr")]
    [InlineData("es")]
    public void Every_sentence_is_translated(string language)
    {
        var (english, translated) = (Read("Words.resx"), Read($"Words.{language}.resx"));

        Assert.Empty(english.Keys.Except(translated.Keys).Select(key => $"{language} lacks {key}"));
        Assert.Empty(translated.Keys.Except(english.Keys).Select(key => $"only {language} has {key}"));
    }

    [Theory]
    [InlineData("fr")]
    [InlineData("es")]
    public void A_translation_fills_the_same_places(string language)
    {
        var (english, translated) = (Read("Words.resx"), Read($"Words.{language}.resx"));

        Assert.Empty(english.Keys.Intersect(translated.Keys).Where(key => !Places(english[key]).SetEquals(Places(translated[key])))
            .Select(key => $"{key}: “{english[key]}” and “{translated[key]}”"));
    }

    private static HashSet<string> Places(string sentence) => [.. Place().Matches(sentence).Select(match => match.Groups[1].Value)];

    private static Dictionary<string, string> Read(string file) =>
        XDocument.Load(Path.Combine(Root(), "src", "Web", "Words", file)).Root!.Elements("data").ToDictionary(word => word.Attribute("name")!.Value, word => word.Element("value")!.Value);

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "OuiShare.Federation.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The tests do not run inside the repository.");
    }

    /// <summary>A place such as {0} or {0:N0}.</summary>
    [GeneratedRegex(@"\{(\d)(?::[^}]*)?\}")]
    private static partial Regex Place();
}
