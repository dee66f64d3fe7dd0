using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Web.Hosting;

namespace OuiShare.Federation.Web.Tests.Hosting;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--data", "there")]
    [InlineData("--data=there")]
    public void A_value_follows_its_option_or_an_equals_sign(params string[] arguments)
    {
        var run = Assert.IsType<CommandLine.Run>(CommandLine.Parse(arguments));

        Assert.Equal("there", run.Settings["Node:Data"]);
    }

    [Theory]
    [InlineData("no option --dta", "--dta", "x")]
    [InlineData("no command \"demon\"", "demon")]
    [InlineData("needs a value", "--data")]
    [InlineData("given twice", "--data", "x", "--data", "y")]
    [InlineData("takes no options", "demo", "--data")]
    public void A_mistake_is_named(string expected, params string[] arguments)
    {
        var refused = Assert.Throws<StartRefusedException>(() => CommandLine.Parse(arguments));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, refused.ExitCode);
    }

    [Fact]
    public void The_arguments_for_a_child_are_understood_by_it()
    {
        var run = Assert.IsType<CommandLine.Run>(CommandLine.Parse(CommandLine.ArgumentsOfChild("there", "http://127.0.0.1:0")));

        Assert.True(run.StopsWithParent);
        Assert.Equal("there", run.Settings["Node:Data"]);
        Assert.Equal("http://127.0.0.1:0", run.Settings["Node:Urls"]);
    }
}
