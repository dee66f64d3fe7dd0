using System.Diagnostics;
using Xunit.Abstractions;

namespace OuiShare.Federation.Network.Tests;

/// <summary>How nodes start and stop as processes, and what they say when they cannot.</summary>
public sealed class StartTests(ITestOutputHelper output)
{
    // The numbers are the documented ones, written out so that a change of them is seen.
    private const int Stopped = 0;
    private const int DamagedData = 65;
    private const int AddressUnavailable = 69;
    private const int BadSetting = 78;
    private const int AlreadyRunning = 75;

    [Fact]
    public async Task A_node_with_a_peer_that_is_asked_to_stop_ends_with_0_and_says_nothing_of_exceptions()
    {
        await using var network = new TestNetwork(output);
        var nodes = await network.StartAsync("Arles", "Bastia");
        await TestNetwork.JoinAsync(inviting: nodes[0], joining: nodes[1]);

        var codes = new[] { await nodes[0].StopAsync(), await nodes[1].StopAsync() };

        Assert.Equal([Stopped, Stopped], codes);
        Assert.Contains(nodes[1].Lines.All, line => line.Contains("This node stops or restarts", StringComparison.Ordinal));
        Assert.DoesNotContain(nodes.SelectMany(node => node.Lines.All), line => line.Contains("Exception", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_process_on_the_same_folder_refuses_and_the_first_goes_on()
    {
        await using var network = new TestNetwork(output);
        var node = await network.StartAsync("Arles");

        var refusal = await RunAsync("--data", node.Folder, "--urls", "http://127.0.0.1:0");

        refusal.IsOneSentence(AlreadyRunning, "already run by");
        Assert.True((await node.StatusAsync()).IsSetUp);
    }

    [Fact]
    public async Task A_port_that_another_program_has_is_named()
    {
        await using var network = new TestNetwork(output);
        var node = await network.StartAsync("Arles");

        var refusal = await RunAsync("--data", Path.Combine(network.Folder, "second"), "--urls", node.Address);

        refusal.IsOneSentence(AddressUnavailable, "--urls");
    }

    [Fact]
    public async Task A_lost_database_is_never_answered_with_an_empty_one()
    {
        await using var network = new TestNetwork(output);
        var node = await network.StartAsync("Arles");
        await node.StopAsync();
        var database = Path.Combine(node.Folder, "node.db");
        File.Delete(database);

        var refusal = await RunAsync("--data", node.Folder, "--urls", "http://127.0.0.1:0");

        refusal.IsOneSentence(DamagedData, "node.db is missing");
        Assert.False(File.Exists(database));
    }

    [Fact]
    public async Task A_database_that_is_damaged_or_of_a_newer_program_is_left_as_it_is()
    {
        await using var network = new TestNetwork(output);
        var node = await network.StartAsync("Arles");
        await node.StopAsync();
        var database = Path.Combine(node.Folder, "node.db");
        var healthy = await File.ReadAllBytesAsync(database);

        // Bytes 60 to 63 of an SQLite file are its user_version, big-endian (https://www.sqlite.org/fileformat.html, section 1.3).
        await RefusesAsync([.. healthy[..60], 0, 0, 3, 231, .. healthy[64..]], "newer version");
        await RefusesAsync([.. healthy.Select((value, i) => i < 100 ? (byte)0xA5 : value)], "Restore a backup");
        await RefusesAsync([], "Restore a backup");

        async Task RefusesAsync(byte[] damaged, string words)
        {
            await File.WriteAllBytesAsync(database, damaged);
            var refusal = await RunAsync("--data", node.Folder, "--urls", "http://127.0.0.1:0");

            refusal.IsOneSentence(DamagedData, words);
            Assert.Equal(damaged, await File.ReadAllBytesAsync(database));
        }
    }

    /// <summary>
    /// A machine that is shut down as it comes up, an operator who mistyped. Each file is made at another moment of the start; its appearance is the
    /// signal to stop, which the host itself would hear only later.
    /// </summary>
    [Theory]
    [InlineData("node.lock")]
    [InlineData("operator.token")]
    [InlineData("node.db")]
    [InlineData("views.db")]
    public async Task A_node_that_is_asked_to_stop_while_it_starts_says_so_and_loses_nothing(string made)
    {
        await using var network = new TestNetwork(output);
        var folder = Path.Combine(network.Folder, "node");
        using var process = new Process { StartInfo = Programs.StartOfWeb("--data", folder, "--urls", "http://127.0.0.1:0") };
        process.Start();
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());

        await Wait.UntilAsync($"{made} is there", () => Task.FromResult(File.Exists(Path.Combine(folder, made)) ? null : "it is not"), Waits.Start);
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
            await kill.WaitForExitAsync();
        await process.WaitForExitAsync();
        var words = await said + await complained;
        var again = new NodeProcess("again", folder);
        await again.StartAsync();
        await again.StopAsync();

        Assert.Equal(Stopped, process.ExitCode);
        Assert.Matches("was asked to stop before it had started, and did|has stopped", words);
        Assert.DoesNotContain("Exception", words, StringComparison.Ordinal);
    }

    // Each is found at another moment: before anything is opened, while the host is built, as the silo starts, as Kestrel starts.
    [Theory]
    [InlineData("OUISHARE_MUST_EXIST", "perhaps", "http://127.0.0.1:0", "true or false")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector", "http://127.0.0.1:0", "OTEL_EXPORTER_OTLP_ENDPOINT")]
    [InlineData("OUISHARE_MAIL__PORT", "many", "http://127.0.0.1:0", "Mail:Port")]
    [InlineData("OUISHARE_MAIL__HSOT", "mail.example", "http://127.0.0.1:0", "Mail:HSOT")]
    [InlineData("OUISHARE_MIAL__HOST", "mail.example", "http://127.0.0.1:0", "MIAL")]
    [InlineData("OUISHARE_KESTREL__CERTIFICATES__DEFAULT__PAHT", "node.pem", "http://127.0.0.1:0", "KESTREL:CERTIFICATES:DEFAULT:PAHT")]
    [InlineData("OUISHARE_KESTREL__CERTIFICATES__DEFAULT__PATH", "StartTests.cs.missing", "https://127.0.0.1:0", "StartTests.cs.missing")]
    [InlineData("OUISHARE_METRICS_TOKEN_FILE", "/StartTests.cs.missing", "http://127.0.0.1:0", "StartTests.cs.missing")]
    [InlineData("OUISHARE_METRICS_TOKEN_FILE", "/dev/null", "http://127.0.0.1:0", "holds no token")]
    [InlineData("OUISHARE_HOSTS", "https://old.example", "http://127.0.0.1:0", "is not the name of a host")]
    [InlineData("Kestrel__Certificates__Default__Path", "StartTests.cs.missing", "https://127.0.0.1:0", "StartTests.cs.missing")]
    public async Task A_wrong_setting_is_one_sentence_whenever_it_is_found(string variable, string value, string urls, string words)
    {
        await using var network = new TestNetwork(output);

        var refusal = await RunAsync([new(variable, value)], "--data", Path.Combine(network.Folder, "node"), "--urls", urls);

        refusal.IsOneSentence(BadSetting, words);
    }

    private Task<StartAttempt> RunAsync(params string[] arguments) => RunAsync([], arguments);

    private async Task<StartAttempt> RunAsync(KeyValuePair<string, string>[] environment, params string[] arguments)
    {
        var attempt = await StartAttempt.RunAsync(Programs.StartOfWeb([.. arguments, "--stop-with-parent"]), environment);
        output.WriteLine(attempt.ToString());
        return attempt;
    }
}
