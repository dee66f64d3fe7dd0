using Grpc.Core;
using Microsoft.Data.Sqlite;
using OuiShare.Federation.Node.Operator;
using OuiShare.Federation.Node.Tests.Integrity;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Operator;

/// <summary>Whatever a disk does to a call, the operator reads a sentence with a reason, and never that the node made a mistake.</summary>
public sealed class EnvironmentFailuresTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<Exception, ErrorReason> Failures => new()
    {
        { new SqliteException("disk I/O error", 10, 10), ErrorReason.StorageUnavailable },
        { new SqliteException("database disk image is malformed", 11, 11), ErrorReason.DataDamaged },
        { new SqliteException("file is not a database", 26, 26), ErrorReason.DataDamaged },
        { new SqliteException("database or disk is full", 13, 13), ErrorReason.DiskFull },
        { new SqliteException("attempt to write a readonly database", 8, 8), ErrorReason.StorageUnavailable },
        { new SqliteException("database is locked", 5, 5), ErrorReason.StorageUnavailable },
        { new SqliteException("unable to open database file", 14, 14), ErrorReason.StorageUnavailable },
        { new IOException("No space left on device", 28), ErrorReason.DiskFull },
        { new IOException("Input/output error", 5), ErrorReason.StorageUnavailable },
        { new UnauthorizedAccessException("Access to the path is denied."), ErrorReason.StorageUnavailable },
        { new InvalidDataException("Entry 7 is missing from the database."), ErrorReason.DataDamaged },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Failures))]
    public void Each_failure_of_the_environment_has_a_reason_and_says_where_and_what_to_do(Exception failure, ErrorReason reason)
    {
        var found = EnvironmentFailures.Find(failure, "/var/lib/ouishare");

        Assert.Equal(reason, found?.Reason);
        Assert.Contains("/var/lib/ouishare", found!.Value.Sentence, StringComparison.Ordinal);
        Assert.Matches(@"^\S.{40,}[.]$", found.Value.Sentence);
    }

    [Fact]
    public void A_mistake_of_this_program_is_none() => Assert.Null(EnvironmentFailures.Find(new InvalidOperationException(), "/"));

    [Fact]
    public async Task Verify_over_a_malformed_page_says_what_is_damaged_and_never_that_the_node_made_a_mistake()
    {
        var node = await TestNode.StartAsync(_folder.Path);
        await node.PublishAsync(Samples.Event());
        await node.JoinAsync("Somebody");
        await node.StopAsync();
        DamagedFile.SpoilPage(_folder.File("node.db"), "members");
        node = await TestNode.StartAsync(_folder.Path);
        var (channel, token) = node.Connect();

        using var call = new OperatorService.OperatorServiceClient(channel).VerifyJournals(new VerifyJournalsRequest { Repair = true }, token);
        VerifyReport? report = null;
        await foreach (var answer in call.ResponseStream.ReadAllAsync())
            report = answer.Report ?? report;

        Assert.Contains(report!.Problems, problem => problem.Contains("members", StringComparison.Ordinal) && problem.Contains("Restore a backup", StringComparison.Ordinal));
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            using var backup = new OperatorService.OperatorServiceClient(channel).BackUp(new BackUpRequest(), token);
            await foreach (var _ in backup.ResponseStream.ReadAllAsync())
            {
            }
        });
        Assert.DoesNotContain("mistake", refused.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("damaged", refused.Status.Detail, StringComparison.Ordinal);
        channel.Dispose();
        await node.StopAsync();
    }
}
