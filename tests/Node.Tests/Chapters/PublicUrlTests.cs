using OuiShare.Federation.Node.Chapters;

namespace OuiShare.Federation.Node.Tests.Chapters;

/// <summary>Addresses of a node: what may begin its links, and who can call them.</summary>
public sealed class PublicUrlTests
{
    [Theory]
    [InlineData("https://paris.example/node")]
    [InlineData("https://paris.example/?a=b")]
    [InlineData("https://paris.example#top")]
    [InlineData("https://paris.example/sign-in")]
    public void What_follows_the_host_would_make_every_link_a_dead_one(string address)
    {
        var violation = PublicUrl.Check("address", address);

        Assert.Equal("ADDRESS_PATH", violation?.Reason);
        Assert.Contains("https://paris.example is enough", violation?.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("https://paris.example")]
    [InlineData("http://192.168.1.7:5080")]
    [InlineData("https://[2001:db8::1]:8443")]
    [InlineData("no address")]
    [InlineData("ftp://paris.example/node")]
    public void A_host_alone_is_enough_and_what_is_no_address_others_refuse(string address) => Assert.Null(PublicUrl.Check("address", address));

    [Theory]
    [InlineData("http://127.0.0.1:5080", Reach.Machine)]
    [InlineData("http://[::1]:5080", Reach.Machine)]
    [InlineData("http://localhost:5080", Reach.Machine)]
    [InlineData("http://paris.localhost", Reach.Machine)]
    [InlineData("http://0.0.0.0:5080", Reach.Machine)]
    [InlineData("http://127.1", Reach.Machine)]
    [InlineData("http://2130706433", Reach.Machine)]
    [InlineData("http://192.168.1.7", Reach.Network)]
    [InlineData("http://10.0.0.1", Reach.Network)]
    [InlineData("http://[fd00::1]", Reach.Network)]
    [InlineData("http://[fe80::1]", Reach.Network)]
    [InlineData("http://100.64.0.1", Reach.Network)]
    [InlineData("http://raspberrypi:5080", Reach.Network)]
    [InlineData("http://raspberrypi.local", Reach.Network)]
    [InlineData("https://paris.example.org", Reach.Anywhere)]
    [InlineData("https://9.9.9.9", Reach.Anywhere)]
    [InlineData("https://[2606:4700::1111]", Reach.Anywhere)]
    public void Who_can_call_an_address_is_read_from_it(string address, Reach reach) => Assert.Equal(reach, PublicUrl.ReachOf(address));
}
