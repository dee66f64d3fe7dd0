using System.Diagnostics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Integrity;
using OuiShare.Federation.Node.Operator;
using OuiShare.Federation.Node.Problems;
using OuiShare.Federation.Node.Storage;

namespace OuiShare.Federation.Node.Tests.Integrity;

/// <summary>
/// A whole node on a file system of 24 MB, which is filled to the last byte. The file system is in memory and mounted for the test, which takes root, or
/// <c>sudo</c> as for installing packages: where neither is to be had these tests fail and say so, since nothing else shows what a full disk does.
/// </summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private TestNode _node = null!;

    private string Ballast => _folder.File("disk/ballast");

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(_folder.File("disk"));
        await RunAsync("mount", "-t", "tmpfs", "-o", $"size=24m,mode=700{await OwnerAsync()}", "tmpfs", _folder.File("disk"));
        _node = await TestNode.StartAsync(_folder.File("disk/node"));
    }

    public async Task DisposeAsync()
    {
        if (_node is not null)
            await _node.DisposeAsync();
        await RunAsync("umount", _folder.File("disk"));
        _folder.Dispose();
    }

    [Fact]
    public async Task A_full_disk_is_told_everywhere_reads_go_on_and_all_recovers_by_itself()
    {
        var (id, _) = await _node.PublishAsync(Samples.Event("Before"));
        Fill();
        await FailsAsync();

        Assert.Equal(HealthStatus.Unhealthy, (await HealthAsync()).Status);
        Assert.Contains("is full", (await HealthAsync()).Entries["journal"].Description, StringComparison.Ordinal);
        Assert.Contains((await StatusAsync()).Problems, problem => problem.Contains("is full", StringComparison.Ordinal) && problem.Contains(_node.Folder, StringComparison.Ordinal));
        Assert.Equal(NodeProblemReason.DiskFull, Assert.Single(_node.Get<NodeProblems>().List()).Reason);
        Assert.IsType<EventLookup.Found>(_node.Get<EventDirectory>().FindOwn(id));
        Assert.False(_node.Files.Database.IsBroken);

        File.Delete(Ballast);
        await Watching(() => !_node.Files.Database.IsDiskFull);
        Assert.Equal(HealthStatus.Healthy, (await HealthAsync()).Status);
        _node.Time.Advance(IntegrityLimits.SpaceInterval);
        Assert.Empty((await StatusAsync()).Problems);
        await _node.PublishAsync(Samples.Event("After"));
    }

    /// <summary>Nothing is written on its own account here, so only the check can find out.</summary>
    [Fact]
    public async Task A_health_check_finds_a_full_disk_although_nobody_publishes()
    {
        Assert.Equal(HealthStatus.Healthy, (await HealthAsync()).Status);
        FillDatabase();

        _node.Time.Advance(IntegrityLimits.ProbeInterval);

        Assert.Equal(HealthStatus.Unhealthy, (await HealthAsync()).Status);
        File.Delete(Ballast);
    }

    [Fact]
    public async Task A_health_check_that_is_asked_often_does_not_wear_the_disk()
    {
        await HealthAsync();
        var written = Commits();

        for (var i = 0; i < 100; i++)
            await HealthAsync();

        Assert.Equal(written, Commits());
        _node.Time.Advance(IntegrityLimits.ProbeInterval);
        await HealthAsync();
        Assert.NotEqual(written, Commits());
    }

    [Fact]
    public async Task A_backup_on_a_full_disk_says_where_there_is_no_room_and_leaves_nothing_behind()
    {
        Fill();

        var refused = await Assert.ThrowsAsync<StorageUnavailableException>(() => _node.Get<NodeBackup>().MakeAsync(CancellationToken.None));

        Assert.True(refused.IsDiskFull);
        Assert.Contains(_node.Folder, refused.Message, StringComparison.Ordinal);
        Assert.Contains("Free some space", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_node.Folder, "backup-*"));
        File.Delete(Ballast);
    }

    [Fact]
    public async Task A_restart_on_a_full_disk_starts_or_says_why()
    {
        await _node.StopAsync();
        Fill();

        var refused = await Record.ExceptionAsync(async () =>
        {
            _node = await TestNode.StartAsync(_folder.File("disk/node"));
        });

        if (refused is not null)
            Assert.Matches("is full|No space left", Assert.IsType<Node.Hosting.StartRefusedException>(refused).Message);
        File.Delete(Ballast);
    }

    [Theory]
    [InlineData(100L << 20, 100L << 30, true)]
    [InlineData(300L << 20, 100L << 30, false)]
    [InlineData(40L << 20, 1L << 30, true)]
    [InlineData(60L << 20, 1L << 30, false)]
    [InlineData(0, 0, false)]
    public void A_disk_is_nearly_full_below_a_twentieth_or_200_megabytes(long free, long total, bool isLow)
    {
        using var watch = new DiskWatch(_node.Files.Database, () => (free, total), _node.Time);

        Assert.Equal(isLow, watch.FindProblems().Any(problem => problem.Reason == NodeProblemReason.DiskNearlyFull));
    }

    private void Fill()
    {
        try
        {
            using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 1);
            for (var chunk = new byte[4_096]; ;)
                file.Write(chunk);
        }
        catch (IOException e) when (FullDisk.IsShownBy(e))
        {
            // As full as it gets.
        }
    }

    // What is free inside the write-ahead log is used up too.
    private void FillDatabase()
    {
        Fill();
        using var connection = DamagedFile.Connect(Path.Combine(_node.Folder, "node.db"));
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(PASSIVE)";
        try
        {
            command.ExecuteNonQuery();
        }
        catch (Microsoft.Data.Sqlite.SqliteException)
        {
            // There is no room for what the log holds, either.
        }

        Fill();
    }

    // A write may still fit into what the write-ahead log has already; then no more does.
    private async Task FailsAsync()
    {
        for (var i = 0; i < 1_000; i++)
        {
            if (await Record.ExceptionAsync(() => _node.PublishAsync(Samples.Event($"Event {i}"))) is { } refused)
            {
                Assert.True(Assert.IsType<StorageUnavailableException>(refused).IsDiskFull, refused.Message);
                return;
            }

            Fill();
        }

        Assert.Fail("The disk never was full.");
    }

    private Task<HealthReport> HealthAsync() => _node.Get<HealthCheckService>().CheckHealthAsync();

    private Task<V1.GetStatusResponse> StatusAsync() => _node.Get<NodeReport>().MakeAsync(CancellationToken.None);

    // Turns the clock for the watch that tries until there is room.
    private async Task Watching(Func<bool> holds)
    {
        for (var i = 0; i < 500 && !holds(); i++)
        {
            _node.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        Assert.True(holds());
    }

    // The row that the check writes begins with the time.
    private string Commits() => Convert.ToHexString(_node.Files.Database.Read(session => session.Scalar<byte[]>("SELECT substr(value, 1, 8) FROM settings WHERE name = 'probe'"))!);

    // Mounted by root for whoever runs the tests.
    private static async Task<string> OwnerAsync() => Environment.IsPrivilegedProcess ? "" : ",uid=" + (await OutputAsync("id", "-u")).Trim();

    private static Task<string> RunAsync(string program, params string[] arguments) =>
        Environment.IsPrivilegedProcess ? OutputAsync(program, arguments) : OutputAsync("sudo", ["-n", program, .. arguments]);

    private static async Task<string> OutputAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"This test mounts a small file system: run it as root, or where sudo asks for no password. {program} said: {await error}");
        return await output;
    }
}
