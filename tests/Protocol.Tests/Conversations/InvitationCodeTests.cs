namespace OuiShare.Federation.Protocol.Tests.Conversations;

public sealed class InvitationCodeTests
{
    private static readonly InvitationCode Golden =
        InvitationCode.Create("https://rome.example:8443", Chapters.OriginOf(1), Chapters.Noon, new SeededRandom(1));

    [Fact]
    public void An_invitation_is_read_as_it_was_written()
    {
        var code = new InvitationCode(Golden.Address, Golden.Origin, Golden.Id, Golden.Secret, Golden.ExpiresAt) { ChapterName = "Roma" };

        var read = Assert.IsType<InvitationReading.Read>(InvitationCode.Read(code.ToText())).Code;

        Assert.Equal((code.Address, code.Origin, code.Id, code.ExpiresAt, "Roma"), (read.Address, read.Origin, read.Id, read.ExpiresAt, read.ChapterName));
        Assert.True(code.Secret.SequenceEqual(read.Secret));
    }

    [Fact]
    public void Line_breaks_spaces_and_quotes_of_a_mail_program_do_not_matter()
    {
        var broken = "  \"" + string.Join("\r\n> ", Golden.ToText().Chunk(20).Select(part => new string(part))) + "\"\n";

        Assert.IsType<InvitationReading.Read>(InvitationCode.Read(broken));
    }

    [Fact]
    public void An_invitation_cut_anywhere_is_refused_in_words()
    {
        var text = Golden.ToText();
        for (var length = 0; length < text.Length; length++)
        {
            var unreadable = Assert.IsType<InvitationReading.Unreadable>(InvitationCode.Read(text[..length]));
            Assert.EndsWith(".", unreadable.Sentence, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("ouishare:")]
    [InlineData("ouishare:%%%")]
    [InlineData("ouishare:////")]
    public void Other_text_is_refused_in_words(string text) => Assert.IsType<InvitationReading.Unreadable>(InvitationCode.Read(text));

    [Fact]
    public void An_endless_text_is_refused() =>
        Assert.IsType<InvitationReading.Unreadable>(InvitationCode.Read("ouishare:" + new string('A', 1_000_000)));

    [Fact]
    public void An_invitation_in_a_log_shows_no_secret() => Assert.Equal($"invitation {Golden.Id}", $"{Golden}");

    [Fact]
    public void Only_web_addresses_are_invited_to() => Assert.Throws<ArgumentException>(
        () => InvitationCode.Create("file:///etc/passwd", Golden.Origin, Chapters.Noon, new SeededRandom(1)));
}
