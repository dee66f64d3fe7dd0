namespace OuiShare.Federation.Cli.Tests.Connection;

/// <summary>Finding the node, and what a person is told when that fails: a sentence with what to do, never a stack trace.</summary>
public sealed class FindingTests
{
    [Fact]
    public async Task A_folder_that_is_not_there_is_told()
    {
        var folder = Path.Combine(Path.GetTempPath(), "ouishare-no-such-folder");

        var run = await Run.InAsync(Run.Script(), default, "status", "--data", folder);

        Assert.Equal(ExitCode.NotReachable, run.ExitCode);
        Assert.Equal($"There is no folder {folder}. Name the node's data folder with --data or OUISHARE_DATA.\n", run.Error);
    }

    [Fact]
    public async Task A_folder_that_is_no_nodes_is_told()
    {
        await using var node = await ScriptedNode.StartAsync();
        var folder = Directory.CreateDirectory(node.NewFile("empty")).FullName;

        var run = await Run.InAsync(Run.Script(), default, "status", "--data", folder);

        Assert.Equal(ExitCode.NotReachable, run.ExitCode);
        Assert.Contains("is not the data folder of a node", run.Error);
    }

    [Fact]
    public async Task A_node_that_was_stopped_properly_is_told()
    {
        await using var node = await ScriptedNode.StartAsync();
        File.Delete(node.NewFile("node.json"));

        var run = await Run.ScriptAsync(node, "status");

        Assert.Equal(ExitCode.NotReachable, run.ExitCode);
        Assert.Contains("is not running. Start it", run.Error);
    }

    [Fact]
    public async Task A_node_that_was_killed_is_told_with_its_process()
    {
        await using var node = await ScriptedNode.StartAsync();
        // Larger than any process id Linux gives (2^22).
        await node.WriteNodeFileAsync($$"""{"urls":["{{node.Url}}"],"pid":99999999}""");
        await node.StopAsync();

        var run = await Run.ScriptAsync(node, "status");

        Assert.Equal(ExitCode.NotReachable, run.ExitCode);
        Assert.Contains("is not running: nothing listens at", run.Error);
        Assert.Contains("its process 99999999 is gone", run.Error);
        Assert.Single(run.Error.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"urls":"http://127.0.0.1:1"}""")]
    [InlineData("""{"urls":[7,"unix:/run/node.sock"]}""")]
    public async Task A_node_file_that_says_nothing_is_told(string text)
    {
        await using var node = await ScriptedNode.StartAsync();
        await node.WriteNodeFileAsync(text);

        var run = await Run.ScriptAsync(node, "status");

        Assert.Equal(ExitCode.NotReachable, run.ExitCode);
        Assert.Contains("does not say where the node answers", run.Error);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("*")]
    [InlineData("+")]
    public async Task An_address_that_can_only_be_listened_on_is_called_on_loopback(string host)
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Status = _ => Samples.Status();
        await node.WriteNodeFileAsync($$"""{"urls":["https://paris.example.org","http://{{host}}:{{new Uri(node.Url).Port}}"]}""");

        var run = await Run.ScriptAsync(node, "status");

        Assert.Equal(ExitCode.Done, run.ExitCode);
    }

    [Fact]
    public async Task The_variable_names_the_folder_when_the_option_does_not()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Status = _ => Samples.Status();

        var run = await Run.InAsync(Run.Script() with { Variable = name => name == "OUISHARE_DATA" ? node.Folder : null }, default, "status");

        Assert.Equal(ExitCode.Done, run.ExitCode);
    }

    [Fact]
    public async Task Without_either_it_is_the_folder_data_here()
    {
        await using var node = await ScriptedNode.StartAsync();

        var run = await Run.InAsync(Run.Script() with { CurrentFolder = node.Folder }, default, "status");

        Assert.Contains("There is no folder " + node.NewFile("data"), run.Error);
    }

    [Fact]
    public async Task An_address_and_a_token_file_do_without_a_folder()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Status = _ => Samples.Status();

        var run = await Run.InAsync(Run.Script(), default, "status", "--url", node.Url, "--token-file", node.NewFile("operator.token"));

        Assert.Equal(ExitCode.Done, run.ExitCode);
    }

    [Fact]
    public async Task The_token_is_never_sent_readable_over_a_network()
    {
        await using var node = await ScriptedNode.StartAsync();

        var run = await Run.InAsync(Run.Script(), default, "status", "--url", "http://192.0.2.7:5080", "--token-file", node.NewFile("operator.token"));

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("ssh -L 5080:127.0.0.1:5080 192.0.2.7", run.Error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("caf\u00e9")]
    public async Task A_file_without_a_token_is_not_authorised(string text)
    {
        await using var node = await ScriptedNode.StartAsync();
        await File.WriteAllTextAsync(node.NewFile("operator.token"), text);

        var run = await Run.ScriptAsync(node, "status");

        Assert.Equal(ExitCode.NotAuthorised, run.ExitCode);
        Assert.Empty(node.Operator.Requests);
    }
}
