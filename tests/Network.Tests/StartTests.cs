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

    // Each is found at another moment: before anything is opened, while the host is built, as the silo starts, as Kestrel starts.
    [Theory]
    [InlineData("OUISHARE_MUST_EXIST", "perhaps", "http://127.0.0.1:0", "true or false")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector", "http://127.0.0.1:0", "OTEL_EXPORTER_OTLP_ENDPOINT")]
    [InlineData("OUISHARE_MAIL__PORT", "many", "http://127.0.0.1:0", "Mail:Port")]
    [InlineData("OUISHARE_MAIL__HSOT", "mail.example", "http://127.0.0.1:0", "Mail:HSOT")]
    [InlineData("OUISHARE_MIAL__HOST", "mail.example", "http://127.0.0.1:0", "MIAL")]
    [InlineData("Kestrel__Certificates__Default__Path", "StartTests.cs.missing", "https://127.0.0.1:0", "StartTests.cs.missing")]
    public async Task A_wrong_setting_is_one_sentence_whenever_it_is_found(string variable, string value, string urls, string words)
    {
        await using var network = new TestNetwork(output);

        var refusal = await RunAsync([new(variable, value)], "--data", Path.Combine(network.Folder, "node"), "--urls", urls);

        refusal.IsOneSentence(BadSetting, words);
    }

    private Task<Refusal> RunAsync(params string[] arguments) => RunAsync([], arguments);

    private async Task<Refusal> RunAsync(KeyValuePair<string, string>[] environment, params string[] arguments)
    {
        using var process = new Process { StartInfo = Programs.StartOfWeb([.. arguments, "--stop-with-parent"]) };
        foreach (var (variable, value) in environment)
            process.StartInfo.Environment[variable] = value;
        process.Start();
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(Waits.Start, TimeProvider.System);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }

        var refusal = new Refusal(process.ExitCode, await said, await complained);
        output.WriteLine(refusal.ToString());
        return refusal;
    }

    private sealed record Refusal(int Code, string Output, string Error)
    {
        /// <summary>One line on standard error with these words, nothing else, and the exit code that was promised.</summary>
        public void IsOneSentence(int code, string words)
        {
            Assert.Equal("", Output);
            Assert.Contains(words, Error, StringComparison.Ordinal);
            Assert.Matches(@"^[^\n]+\.\n$", Error);
            Assert.DoesNotContain("Exception", Error, StringComparison.Ordinal);
            Assert.Equal(code, Code);
        }
    }
}
