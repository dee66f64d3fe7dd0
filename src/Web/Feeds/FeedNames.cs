using OuiShare.Federation.Web.Questions;

namespace OuiShare.Federation.Web.Feeds;

/// <summary>What a feed is called in a calendar program or feed reader.</summary>
internal static class FeedNames
{
    /// <summary>The name of what answers a question.</summary>
    public static string Of(EventQuestion question, Wording say)
    {
        string[] parts = [question.Words, question.Tag, question.Place];
        var said = string.Join(", ", parts.Where(part => part.Length > 0));
        return said.Length == 0 ? say["frame.events"].Value : say["feed.search", said].Value;
    }
}
