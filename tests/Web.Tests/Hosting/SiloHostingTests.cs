using System.Globalization;
using OuiShare.Federation.Node.Hosting;

namespace OuiShare.Federation.Web.Tests.Hosting;

/// <summary>
/// Orleans' silo port has no authentication, so it must not exist. A whole node is started as a process, and the sockets the
/// operating system says are its own are counted.
/// </summary>
public sealed class SiloHostingTests(RunningNode node) : IClassFixture<RunningNode>
{
    [Fact]
    public void Nothing_but_Kestrel_listens()
    {
        Assert.True(OperatingSystem.IsLinux(), "The sockets of a process are read from /proc.");

        Assert.Equal([node.Address.Port], ListeningPortsOf(node.ProcessId));
    }

    [Fact]
    public async Task The_silo_answers_though_nobody_can_reach_it()
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", DataFolder.ReadOperatorToken(node.DataFolder));

        var answer = await client.GetStringAsync(new Uri(node.Address, "/health/ready"));

        Assert.Contains("The silo is active.", answer, StringComparison.Ordinal);
    }

    /// <summary>Ports on which the process listens: the listening sockets of its network whose inode is one of its descriptors.</summary>
    private static IReadOnlyList<int> ListeningPortsOf(int processId)
    {
        const string listening = "0A";
        var inodes = Directory.EnumerateFileSystemEntries($"/proc/{processId}/fd")
            .Select(descriptor => new FileInfo(descriptor).LinkTarget ?? "")
            .Where(target => target.StartsWith("socket:[", StringComparison.Ordinal))
            .Select(target => target["socket:[".Length..^1])
            .ToHashSet();
        return
        [
            .. new[] { "tcp", "tcp6" }
                .SelectMany(table => File.ReadLines($"/proc/{processId}/net/{table}").Skip(1))
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(fields => fields[3] == listening && inodes.Contains(fields[9]))
                .Select(fields => int.Parse(fields[1].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture))
                .Distinct()
                .Order(),
        ];
    }
}
