using OuiShare.Federation.Web.Text;

namespace OuiShare.Federation.Web.Tests.Text;

/// <summary>Addresses as people read them.</summary>
public sealed class WebLinkTests
{
    [Theory]
    [InlineData("https://paris.example/caf%C3%A9/", "paris.example/café")]
    // Spelled out, the letters after it would be read from right to left: "exe.gpj".
    [InlineData("https://paris.example/%E2%80%AEgpj.exe", "paris.example/%E2%80%AEgpj.exe")]
    [InlineData("https://paris.example/a%E2%81%A6b", "paris.example/a%E2%81%A6b")]
    [InlineData("https://paris.example/a%20%20%20is%20safe", "paris.example/a%20%20%20is%20safe")]
    [InlineData("https://paris.example/a%E3%80%80b", "paris.example/a%E3%80%80b")]
    [InlineData("https://paris.example/a%00%0Ab", "paris.example/a%00%0Ab")]
    [InlineData("https://paris.example/a%E2%80%8Bb", "paris.example/a%E2%80%8Bb")]
    public void What_cannot_be_seen_stays_as_the_address_writes_it(string address, string words) => Assert.Equal(words, WebLink.Read(address)!.Words);

    [Theory]
    [InlineData("a\u0001b", "ab")]
    [InlineData("a\u0000", "a")]
    [InlineData("\uFFFEa\uFFFF", "a")]
    [InlineData("a\u202Eb\u2066", "ab")]
    [InlineData("a\tb\nc", "a b c")]
    [InlineData("  é  ", "é")]
    [InlineData("👩\u200D🔧", "👩\u200D🔧")]
    public void A_question_is_repeated_without_what_cannot_be_seen(string typed, string visible) => Assert.Equal(visible, VisibleText.Of(typed));

    [Fact]
    public void Half_a_pair_of_surrogates_is_dropped() => Assert.Equal("a", VisibleText.Of("a" + '\uD83D'));
}
