using OuiShare.Federation.Node.Hosting;

namespace OuiShare.Federation.Web.Tests.Hosting;

/// <summary>Calls that are refused before a method runs: in gRPC's own words, for a program cannot read a page.</summary>
public sealed class CallRefusalTests(RunningNode node) : IClassFixture<RunningNode>
{
    private const string InvalidArgument = "3";
    private const string Unauthenticated = "16";

    [Theory]
    [InlineData("OperatorService/GetStatus", null)]
    [InlineData("OperatorService/GetStatus", "0000000000000000000000000000000000000000000")]
    [InlineData("OperatorService/BackUp", null)]
    [InlineData("EventService/CreateEvent", null)]
    public async Task A_call_without_a_known_token_is_unauthenticated(string method, string? token)
    {
        using var client = new HttpClient { BaseAddress = node.Address };

        var (status, sentence) = await client.EndAsync(Calls.Make(method, token, []));

        Assert.Equal(Unauthenticated, status);
        Assert.Contains("needs a token", sentence, StringComparison.Ordinal);
    }

    // Field 1 of wire type 2, which announces 127 bytes and brings none; a tag that never ends; a group that nobody opened.
    [Theory]
    [InlineData("OperatorService/GetStatus", new byte[] { 0x0A, 0x7F })]
    [InlineData("OperatorService/GetStatus", new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF })]
    [InlineData("OperatorService/CreateInvitation", new byte[] { 0x0C })]
    [InlineData("OperatorService/VerifyJournals", new byte[] { 0x0A, 0x7F })]
    [InlineData("OperatorService/Restore", new byte[] { 0x0A, 0x7F })]
    [InlineData("EventService/GetEvent", new byte[] { 0x0A, 0x7F })]
    [InlineData("PeerService/Sync", new byte[] { 0x0A, 0x7F })]
    [InlineData("PeerService/Sync", new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF })]
    public async Task A_message_that_cannot_be_read_is_an_invalid_argument_and_fills_no_log(string method, byte[] message)
    {
        using var client = new HttpClient { BaseAddress = node.Address };

        var (status, _) = await client.EndAsync(Calls.Make(method, DataFolder.ReadOperatorToken(node.DataFolder), message));

        Assert.Equal(InvalidArgument, status);
        Assert.Equal("", string.Join('\n', node.Lines.Where(line => line.Contains("Exception", StringComparison.Ordinal) || line.Contains("   at ", StringComparison.Ordinal))));
    }
}
