using System.Security.Cryptography;
using Xunit.Abstractions;

namespace OuiShare.Federation.Network.Tests;

/// <summary>
/// Every way in which a file of the data folder can be wrong: a start then says in one sentence which and what to do, ends with the documented
/// code, and has changed nothing, so that what is wrong can be put right.
/// </summary>
public sealed class FolderFailureTests(FolderFailureTests.HealthyFolder healthy, ITestOutputHelper output) : IClassFixture<FolderFailureTests.HealthyFolder>
{
    // deploy/README.md; written out so that a change of them is seen.
    private const int Damaged = 65;
    private const int Disk = 74;
    private const int Rights = 77;
    private const int Setting = 78;

    public enum Fault
    {
        Missing,
        FolderInstead,
        FileInstead,
        Halved,
        Empty,
        DanglingLink,
        OfAnotherUser,
        ReadableButOfAnotherUser,
    }

    [Theory]
    [InlineData("node.key", Fault.Missing, Damaged, "node.key is missing")]
    [InlineData("node.key", Fault.FolderInstead, Damaged, "is a folder where a file belongs")]
    [InlineData("node.key", Fault.Halved, Damaged, "is not a node's key")]
    [InlineData("node.key", Fault.Empty, Damaged, "is not a node's key")]
    [InlineData("node.key", Fault.DanglingLink, Damaged, "is a link to")]
    [InlineData("node.key", Fault.OfAnotherUser, Rights, "sudo chown -R")]
    [InlineData("node.db", Fault.Missing, Damaged, "node.db is missing")]
    [InlineData("node.db", Fault.FolderInstead, Damaged, "is a folder where a file belongs")]
    [InlineData("node.db", Fault.Halved, Damaged, "Restore a backup")]
    [InlineData("node.db", Fault.Empty, Damaged, "is empty")]
    [InlineData("node.db", Fault.DanglingLink, Damaged, "is a link to")]
    [InlineData("node.db", Fault.OfAnotherUser, Rights, "sudo chown -R")]
    [InlineData("node.db", Fault.ReadableButOfAnotherUser, Rights, "sudo chown -R")]
    [InlineData("node.db-wal", Fault.FolderInstead, Damaged, "is a folder where a file belongs")]
    [InlineData("node.db-wal", Fault.OfAnotherUser, Rights, "sudo chown -R")]
    [InlineData("node.db-shm", Fault.OfAnotherUser, Rights, "sudo chown -R")]
    [InlineData("views.db", Fault.FolderInstead, Damaged, "is a folder where a file belongs")]
    [InlineData("views.db", Fault.DanglingLink, Damaged, "is a link to")]
    [InlineData("views.db", Fault.OfAnotherUser, Rights, "sudo chown -R")]
    [InlineData("views.db", Fault.ReadableButOfAnotherUser, Rights, "sudo chown -R")]
    [InlineData("operator.token", Fault.FolderInstead, Damaged, "is a folder where a file belongs")]
    [InlineData("operator.token", Fault.DanglingLink, Damaged, "is a link to")]
    [InlineData("operator.token", Fault.OfAnotherUser, Rights, "sudo chown -R")]
    [InlineData("node.json", Fault.FolderInstead, Damaged, "is a folder where a file belongs")]
    [InlineData("node.json", Fault.OfAnotherUser, Rights, "sudo chown -R")]
    [InlineData("node.lock", Fault.FolderInstead, Damaged, "is a folder where a file belongs")]
    [InlineData("node.lock", Fault.DanglingLink, Damaged, "is a link to")]
    [InlineData("node.lock", Fault.OfAnotherUser, Rights, "sudo chown -R")]
    [InlineData("keys", Fault.FileInstead, Damaged, "is a file where a folder belongs")]
    [InlineData("keys", Fault.DanglingLink, Damaged, "is a link to")]
    [InlineData("keys", Fault.OfAnotherUser, Rights, "sudo chown -R")]
    [InlineData("keys/key-*.xml", Fault.FolderInstead, Damaged, "is a folder where a file belongs")]
    [InlineData("keys/key-*.xml", Fault.Halved, Damaged, "everybody signs in anew")]
    [InlineData("keys/key-*.xml", Fault.Empty, Damaged, "everybody signs in anew")]
    [InlineData("keys/key-*.xml", Fault.DanglingLink, Damaged, "is a link to")]
    [InlineData("keys/key-*.xml", Fault.OfAnotherUser, Rights, "sudo chown -R")]
    [InlineData(".", Fault.Missing, Damaged, "whether its disk is mounted")]
    [InlineData(".", Fault.FileInstead, Setting, "is a file")]
    [InlineData(".", Fault.DanglingLink, Damaged, "whether its disk is mounted")]
    [InlineData(".", Fault.OfAnotherUser, Rights, "sudo chown -R")]
    public async Task A_file_that_is_wrong_is_named_and_nothing_is_changed(string name, Fault fault, int code, string words)
    {
        if (!CanBeTried(fault is Fault.OfAnotherUser or Fault.ReadableButOfAnotherUser))
            return;
        await using var copy = await healthy.CopyAsync();
        await BreakAsync(copy.PathOf(name), fault);
        var before = copy.List();

        var attempt = await StartAsync(copy, "--must-exist");

        attempt.IsOneSentence(code, words);
        Assert.Equal(before, copy.List());
    }

    /// <summary>What can be made again, or holds nothing: each fault at all such files at once.</summary>
    [Theory]
    [InlineData(Fault.Missing, "operator.token", "views.db", "node.lock", "keys")]
    [InlineData(Fault.Halved, "operator.token", "views.db")]
    [InlineData(Fault.Empty, "operator.token", "views.db", "node.lock", "node.json")]
    public async Task A_file_that_can_be_made_again_stops_nobody(Fault fault, params string[] names)
    {
        await using var copy = await healthy.CopyAsync();
        foreach (var name in names)
            await BreakAsync(copy.PathOf(name), fault);

        await using var node = new NodeProcess("mended", copy.Folder);
        await node.StartAsync();
        var code = await node.StopAsync();

        Assert.Equal(0, code);
        Assert.Equal(healthy.Origin, node.Origin);
    }

    [Fact]
    public async Task A_disk_that_is_mounted_for_reading_only_is_not_another_process()
    {
        if (!CanBeTried(needsRoot: true))
            return;
        await using var copy = await healthy.CopyAsync();
        // In a mount namespace of its own, which goes with the process.
        var start = Programs.StartOfWeb("--data", copy.Folder, "--urls", "http://127.0.0.1:0", "--stop-with-parent");
        var script = $"mount --bind '{copy.Folder}' '{copy.Folder}' && mount -o remount,bind,ro '{copy.Folder}' && exec \"$@\"";
        string[] arguments = ["--mount", "--propagation", "private", "sh", "-c", script, "sh", start.FileName, .. start.ArgumentList];
        start.FileName = "unshare";
        start.ArgumentList.Clear();
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        var attempt = await StartAttempt.RunAsync(start);
        output.WriteLine(attempt.ToString());

        attempt.IsOneSentence(Disk, "mounted for reading only");
    }

    private bool CanBeTried(bool needsRoot)
    {
        if (!needsRoot || OtherUser.IsPossible)
            return true;
        output.WriteLine("NOT TRIED: only root can give files to another user and mount.");
        return false;
    }

    private async Task<StartAttempt> StartAsync(FolderCopy copy, params string[] options)
    {
        var start = Programs.StartOfWeb(["--data", copy.Folder, "--urls", "http://127.0.0.1:0", "--stop-with-parent", .. options]);
        var attempt = await StartAttempt.RunAsync(copy.IsOfOtherUser ? OtherUser.Of(start) : start);
        output.WriteLine(attempt.ToString());
        return attempt;
    }

    private static async Task BreakAsync(string path, Fault fault)
    {
        if (fault is Fault.OfAnotherUser or Fault.ReadableButOfAnotherUser)
        {
            if (!Path.Exists(path))
                await File.WriteAllTextAsync(path, "");
            await OtherUser.RunAsync("chown", "root:root", path);
            await OtherUser.RunAsync("chmod", fault == Fault.ReadableButOfAnotherUser ? "0644" : "go=", path);
            return;
        }

        var half = fault == Fault.Halved ? (await File.ReadAllBytesAsync(path)).AsMemory() : default;
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
        switch (fault)
        {
            case Fault.FolderInstead:
                Directory.CreateDirectory(path);
                break;
            case Fault.FileInstead or Fault.Empty:
                await File.WriteAllTextAsync(path, "");
                break;
            case Fault.Halved:
                await File.WriteAllBytesAsync(path, half[..(half.Length / 2)]);
                break;
            case Fault.DanglingLink:
                File.CreateSymbolicLink(path, path + ".gone");
                break;
        }

        if (new FileInfo(path).LinkTarget is null && Path.Exists(path))
            await OtherUser.RunAsync("chmod", "u=rwX,go=", path);
        if (OtherUser.IsPossible && Path.Exists(path))
            await OtherUser.OwnAsync(path);
    }

    /// <summary>The folder of a node that has run and was stopped, made once.</summary>
    public sealed class HealthyFolder : IAsyncLifetime
    {
        private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("ouishare-folder-test-");

        /// <summary>The node's key.</summary>
        public string Origin { get; private set; } = "";

        private string Folder => Path.Combine(_parent.FullName, "data");

        public async Task InitializeAsync()
        {
            await using var node = new NodeProcess("healthy", Folder);
            await node.StartAsync();
            Origin = node.Origin;
            // The first form makes the first key of cookies.
            using var visitor = new Visitor(node.Address);
            await visitor.ReadAsync("/sign-in");
            await node.StopAsync();
        }

        public Task DisposeAsync()
        {
            _parent.Delete(recursive: true);
            return Task.CompletedTask;
        }

        /// <summary>A copy to break; of another user where this process is root's.</summary>
        internal async Task<FolderCopy> CopyAsync()
        {
            var parent = Directory.CreateTempSubdirectory("ouishare-folder-test-");
            await OtherUser.RunAsync("chmod", "0755", parent.FullName);
            var folder = Path.Combine(parent.FullName, "data");
            await OtherUser.RunAsync("cp", "--archive", Folder, folder);
            if (OtherUser.IsPossible)
                await OtherUser.OwnAsync(parent.FullName);
            return new FolderCopy(parent, folder);
        }
    }

    /// <summary>A folder that a test may break.</summary>
    internal sealed class FolderCopy(DirectoryInfo parent, string folder) : IAsyncDisposable
    {
        public string Folder => folder;

        public bool IsOfOtherUser => OtherUser.IsPossible;

        /// <summary>The path of a file in it, found by a pattern; "." is the folder itself.</summary>
        public string PathOf(string name) => name == "." ? folder
            : name.Contains('*', StringComparison.Ordinal) ? Directory.EnumerateFiles(folder, name).Single()
            : Path.Combine(folder, name);

        /// <summary>Everything that is there: names, modes, links, contents.</summary>
        public IReadOnlyList<string> List() => [.. parent.EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Select(Describe).Order(StringComparer.Ordinal)];

        public ValueTask DisposeAsync()
        {
            parent.Delete(recursive: true);
            return ValueTask.CompletedTask;
        }

        private static string Describe(FileSystemInfo entry)
        {
            if (entry.LinkTarget is { } target)
                return $"{entry.FullName} -> {target}";
            return $"{entry.FullName} {entry.UnixFileMode} {(entry is FileInfo file ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file.FullName))) : "")}";
        }
    }
}
