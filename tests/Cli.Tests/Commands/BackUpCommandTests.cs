using System.Security.Cryptography;
using Google.Protobuf;
using Google.Rpc;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Tests.Commands;

/// <summary><c>ouishare backup</c>.</summary>
public sealed class BackUpCommandTests
{
    [Fact]
    public async Task Writes_what_the_node_sends_for_the_owner_only_and_warns()
    {
        await using var node = await ScriptedNode.StartAsync();
        var file = node.NewFile("paris.backup");
        node.Operator.Backup = async answers =>
        {
            await answers.WriteAsync(new BackUpResponse { Chunk = ByteString.CopyFromUtf8("one ") });
            await answers.WriteAsync(new BackUpResponse { Chunk = ByteString.CopyFromUtf8("two") });
        };

        var run = await Run.ScriptAsync(node, "backup", file);

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal("one two", await File.ReadAllTextAsync(file));
        Assert.False(File.Exists(file + ".partial"));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Contains("the node's key and the private data", run.Error);
    }

    [Fact]
    public async Task A_backup_that_breaks_off_leaves_nothing_behind()
    {
        await using var node = await ScriptedNode.StartAsync();
        var file = node.NewFile("paris.backup");
        node.Operator.Backup = async answers =>
        {
            await answers.WriteAsync(new BackUpResponse { Chunk = ByteString.CopyFromUtf8("one ") });
            throw ScriptedOperator.Refusal(Code.Unavailable, "STORAGE_UNAVAILABLE", "The disk failed while it was read.");
        };

        var run = await Run.ScriptAsync(node, "backup", file);

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Equal("The disk failed while it was read.\n", run.Error);
        Assert.Empty(Directory.GetFiles(node.Folder, "paris.backup*"));
    }

    [Fact]
    public async Task A_backup_that_breaks_off_leaves_the_one_before_as_it_was()
    {
        await using var node = await ScriptedNode.StartAsync();
        var file = node.NewFile("paris.backup");
        await File.WriteAllTextAsync(file, "the one before");
        node.Operator.Backup = _ => throw ScriptedOperator.Refusal(Code.Unavailable, "STORAGE_UNAVAILABLE", "The disk failed while it was read.");

        await Run.ScriptAsync(node, "backup", file, "--force");

        Assert.Equal("the one before", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task A_file_that_is_there_is_replaced_only_with_force()
    {
        await using var node = await ScriptedNode.StartAsync();
        var file = node.NewFile("paris.backup");
        await File.WriteAllTextAsync(file, "the one before");
        node.Operator.Backup = answers => answers.WriteAsync(new BackUpResponse { Chunk = ByteString.CopyFromUtf8("new") });

        var refused = await Run.ScriptAsync(node, "backup", file);
        var before = await File.ReadAllTextAsync(file);
        var forced = await Run.ScriptAsync(node, "backup", file, "--force", "--json");

        Assert.Equal(ExitCode.WrongUsage, refused.ExitCode);
        Assert.Equal("the one before", before);
        Assert.Equal(3, forced.Json.GetProperty("bytes").GetInt32());
        Assert.Equal("new", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task What_is_not_what_the_node_sent_is_no_backup()
    {
        await using var node = await ScriptedNode.StartAsync();
        var file = node.NewFile("paris.backup");
        node.Operator.Backup = async answers =>
        {
            await answers.WriteAsync(new BackUpResponse { Chunk = ByteString.CopyFromUtf8("one") });
            await answers.WriteAsync(new BackUpResponse { Sha256 = ByteString.CopyFrom(SHA256.HashData("two"u8)) });
        };

        var run = await Run.ScriptAsync(node, "backup", file);

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Contains("that disk is damaged", run.Error);
        Assert.Empty(Directory.GetFiles(node.Folder, "paris.backup*"));
    }

    [Fact]
    public async Task A_backup_of_a_damaged_node_is_kept_and_fails_with_a_sentence()
    {
        await using var node = await ScriptedNode.StartAsync();
        var file = node.NewFile("paris.backup");
        node.Operator.Backup = async answers =>
        {
            await answers.WriteAsync(new BackUpResponse { Chunk = ByteString.CopyFromUtf8("one") });
            await answers.WriteAsync(new BackUpResponse { Sha256 = ByteString.CopyFrom(SHA256.HashData("one"u8)), KnownDamage = 2 });
        };

        var run = await Run.ScriptAsync(node, "backup", file);

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Equal("one", await File.ReadAllTextAsync(file));
        Assert.Contains("2 texts or entries in it were damaged", run.Error);
    }

    [Fact]
    public async Task An_empty_backup_is_no_backup()
    {
        await using var node = await ScriptedNode.StartAsync();
        var file = node.NewFile("paris.backup");
        node.Operator.Backup = _ => Task.CompletedTask;

        var run = await Run.ScriptAsync(node, "backup", file);

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.False(File.Exists(file));
    }
}
