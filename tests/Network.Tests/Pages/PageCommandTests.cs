using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Xunit.Abstractions;

namespace OuiShare.Federation.Network.Tests.Pages;

/// <summary>
/// Every command that the pages for operators show, read from the pages and run in their order, so that a page cannot say what does not work.
/// </summary>
public sealed class PageCommandTests(PublishedPrograms published, ITestOutputHelper output) : IClassFixture<PublishedPrograms>
{
    private const string DeployPage = "deploy/README.md";
    private const string DataFolder = "/var/lib/ouishare";
    private const string SetUp = "sudo -u ouishare ouishare setup --data /var/lib/ouishare --chapter 'OuiShare Arles' --place 'Arles, FR' --languages fr --admin Ada";

    [Fact]
    public async Task Every_command_of_the_deployment_page_works_in_its_order()
    {
        await using var machine = new Sandbox(published.Folder, output);

        foreach (var block in PageBlock.ReadAll(DeployPage).Where(block => block.Language == "sh"))
        {
            // The page's backup of a Monday, whatever day it is; and the node as it is when the page is read to here.
            if (block.Lines.Any(line => line.Contains("node-1.backup", StringComparison.Ordinal)))
                await machine.RunAsync("systemctl start ouishare-backup.service", "cp -n /var/backups/ouishare/node-$(date +%u).backup /var/backups/ouishare/node-1.backup");
            await RunAsync(machine, block.Lines);
        }

        var status = await machine.RunAsync("sudo -u ouishare ouishare status --wait --json --data /var/lib/ouishare");
        Assert.Contains("\"chapter_name\": \"OuiShare Arles\"", status, StringComparison.Ordinal);
        Assert.Contains("systemctl enable --now ouishare.service ouishare-backup.timer", machine.Calls, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.EnumerateDirectories(machine.PathOf(DataFolder), "replaced-*"));
    }

    [Fact]
    public async Task With_https_by_the_node_itself_as_the_page_describes_the_tool_and_the_nightly_backup_work()
    {
        await using var machine = new Sandbox(published.Folder, output);
        var blocks = PageBlock.ReadAll(DeployPage);
        foreach (var block in blocks.Where(block => block.Language == "sh").TakeWhile(block => !block.Lines.Any(line => line.Contains("metrics", StringComparison.Ordinal))))
            await RunAsync(machine, block.Lines);
        WriteCertificate(machine);

        machine.Write("/etc/ouishare.conf", blocks.Single(block => block.Language == "ini" && block.Lines.Any(line => line.StartsWith("OUISHARE_", StringComparison.Ordinal))).Lines);
        await machine.RunAsync("systemctl restart ouishare", "sudo -u ouishare ouishare status --wait --data /var/lib/ouishare", "systemctl start ouishare-backup.service");

        Assert.NotEmpty(Directory.EnumerateFiles(machine.PathOf("/var/backups/ouishare"), "node-*.backup"));
        Assert.Contains("https://", await File.ReadAllTextAsync(machine.PathOf(DataFolder + "/node.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_command_of_the_first_page_works()
    {
        await using var machine = new Sandbox(published.Folder, output);
        foreach (var line in PageBlock.ReadAll("README.md").Where(block => block.Language == "sh").SelectMany(block => block.Lines))
        {
            switch (line.Split('#')[0].Trim())
            {
                // It is what runs this; and the three chapters have a test of their own, DemoTests.
                case "tests/run":
                    await machine.RunAsync("bash -n tests/run && test -x tests/run");
                    break;
                case "dotnet run --project src/Web -- demo":
                    break;
                case "dotnet run --project src/Web":
                    await machine.RunNodeAsync($"env -C {machine.PathOf("/srv")} {line}", machine.PathOf("/srv/data"), () => Task.CompletedTask);
                    break;
                case var command when command.StartsWith("dotnet run --project src/Web -- --data /srv/rome ", StringComparison.Ordinal):
                    await machine.RunNodeAsync(command, machine.PathOf("/srv/rome"), () => machine.RunAsync("dotnet run --project src/Cli -- status --data /srv/rome"));
                    break;
                case var unknown:
                    Assert.Fail($"README.md shows a command that this test does not know: {unknown}");
                    break;
            }
        }
    }

    /// <summary>What systemd itself says of the units: that it understands them, and how much of the machine they leave open (0: nothing, 10: all).</summary>
    [Fact]
    public async Task The_units_are_understood_by_systemd_and_leave_little_of_the_machine_open()
    {
        if (!File.Exists("/usr/bin/systemd-analyze"))
        {
            output.WriteLine("NOT TRIED: there is no systemd-analyze here (Debian's package systemd has it).");
            return;
        }

        await using var machine = new Sandbox(published.Folder, output);
        await machine.RunAsync("mkdir -p /opt/ouishare && cp -a $PUBLISHED/Web/. /opt/ouishare/ && cp -a $PUBLISHED/Cli /opt/ouishare/cli", "cp deploy/systemd/* /etc/systemd/system/");
        foreach (var unit in Directory.EnumerateFiles(machine.PathOf("/etc/systemd/system")))
            await File.WriteAllLinesAsync(unit, (await File.ReadAllLinesAsync(unit)).Select(machine.Map));

        var complaints = await AnalyzeAsync("verify", Directory.EnumerateFiles(machine.PathOf("/etc/systemd/system")));
        Assert.DoesNotContain(complaints.Split('\n'), line => line.Contains("ouishare", StringComparison.Ordinal) && !line.Contains("Failed to", StringComparison.Ordinal));
        foreach (var unit in (string[])["ouishare.service", "ouishare-backup.service"])
            output.WriteLine(await AnalyzeAsync("security", ["--offline=true", "--threshold=20", Path.Combine(Programs.Repository, "deploy", "systemd", unit)], mustSucceed: true));
    }

    private static async Task<string> AnalyzeAsync(string verb, IEnumerable<string> arguments, bool mustSucceed = false)
    {
        using var process = Process.Start(new ProcessStartInfo("systemd-analyze", [verb, .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        var all = await said + await complained;
        Assert.True(!mustSucceed || process.ExitCode == 0, all);
        return all;
    }

    /// <summary>Lines that start a node and wait for Ctrl-C are run with somebody who opens the link; all others as if pasted at once.</summary>
    private static async Task RunAsync(Sandbox machine, IReadOnlyList<string> lines)
    {
        var pasted = new List<string>();
        foreach (var line in lines)
        {
            var command = line.Split('#')[0].Trim();
            if (!command.Contains("/OuiShare.Federation.Web ", StringComparison.Ordinal) || command.EndsWith('&'))
            {
                pasted.Add(line);
                continue;
            }

            await machine.RunAsync(pasted);
            pasted.Clear();
            await machine.RunNodeAsync(line, machine.PathOf(DataFolder), () => machine.RunAsync(SetUp));
        }

        if (pasted.Count > 0)
            await machine.RunAsync(pasted);
        // What a unit starts is there in a moment; the page's reader is slower than this test.
        if (File.Exists(machine.PathOf("/ouishare.service.pid")))
            await machine.RunAsync("sudo -u ouishare ouishare status --wait --data /var/lib/ouishare");
    }

    private static void WriteCertificate(Sandbox machine)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=paris.example.org", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        Directory.CreateDirectory(machine.PathOf("/etc/ouishare"));
        File.WriteAllText(machine.PathOf("/etc/ouishare/fullchain.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(machine.PathOf("/etc/ouishare/privkey.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
