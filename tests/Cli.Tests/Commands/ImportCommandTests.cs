using Google.Rpc;
using Grpc.Core;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Tests.Commands;

/// <summary><c>ouishare import</c>.</summary>
public sealed class ImportCommandTests
{
    [Fact]
    public async Task Sends_the_file_in_pieces_the_node_takes_and_shows_the_report()
    {
        await using var node = await ScriptedNode.StartAsync();
        var file = node.NewFile("calendar.ics");
        var bytes = new byte[150_000];
        new Random(7).NextBytes(bytes);
        await File.WriteAllBytesAsync(file, bytes);
        node.Operator.Import = AnswerAsync(new ImportReport { Created = 20, Updated = 1, Unchanged = 3 });

        var run = await Run.ScriptAsync(node, "import", file);

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal("20 created, 1 updated, 3 unchanged, 0 rejected.\n", run.Out);
        var requests = node.Operator.Requests.Cast<ImportCalendarRequest>().ToList();
        Assert.Equal(bytes, requests.SelectMany(request => request.Chunk.ToByteArray()));
        Assert.All(requests, request => Assert.InRange(request.Chunk.Length, 1, 65_536));
        Assert.All(requests, request => Assert.False(request.DryRun));
    }

    [Theory]
    [InlineData("https://example.org/events.ics")]
    [InlineData("webcal://example.org/events.ics")]
    [InlineData("webcals://example.org/events.ics")]
    public async Task Hands_an_address_to_the_node(string argument)
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Import = AnswerAsync(new ImportReport { Unchanged = 1 });

        var run = await Run.ScriptAsync(node, "import", "--dry-run", argument);

        Assert.Equal(new ImportCalendarRequest { Url = argument, DryRun = true }, node.Operator.Requests.Single());
        Assert.StartsWith("Nothing was changed.", run.Out);
    }

    [Theory]
    [InlineData("keep", WhenGone.Keep)]
    [InlineData("cancel", WhenGone.Cancel)]
    [InlineData("withdraw", WhenGone.Withdraw)]
    public async Task Says_what_becomes_of_events_that_left_the_calendar_and_tells_of_them(string word, WhenGone whenGone)
    {
        await using var node = await ScriptedNode.StartAsync();
        var gone = new ImportProblem { Uid = "abc", Message = "\"Drink\" is no longer in this calendar.", Reason = "gone_kept" };
        node.Operator.Import = AnswerAsync(new ImportReport { Unchanged = 1, Gone = 1, Problems = { gone } });

        var run = await Run.ScriptAsync(node, "import", "--when-gone", word, "https://example.org/events.ics");

        Assert.Equal(whenGone, ((ImportCalendarRequest)node.Operator.Requests.Single()).WhenGone);
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("1 event that this calendar brought before is no longer in it", run.Out);
        Assert.Contains("\"Drink\" is no longer in this calendar.", run.Out);
        Assert.DoesNotContain("not in full", run.Out);
    }

    [Fact]
    public async Task Rejected_events_are_listed_with_line_and_uid_and_give_exit_code_1()
    {
        await using var node = await ScriptedNode.StartAsync();
        var report = new ImportReport
        {
            Created = 2,
            Rejected = 2,
            Problems = { new ImportProblem { Line = 1_412, Uid = "abc@example.org", Message = "It has no start (DTSTART).", Reason = "NO_START" } },
        };
        node.Operator.Import = AnswerAsync(report);

        var run = await Run.ScriptAsync(node, "import", "https://example.org/events.ics");

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        var line = run.Out.Split('\n').Single(line => line.Contains("1412"));
        Assert.Contains("abc@example.org", line);
        Assert.Contains("It has no start (DTSTART).", line);
        Assert.Contains("the first 1 of 2", run.Out);
    }

    [Fact]
    public async Task A_node_that_refuses_in_the_middle_of_the_file_gives_its_reason()
    {
        await using var node = await ScriptedNode.StartAsync();
        var file = node.NewFile("large.ics");
        await File.WriteAllBytesAsync(file, new byte[5_000_000]);
        node.Operator.Import = async (requests, _) =>
        {
            await requests.MoveNext(CancellationToken.None);
            throw ScriptedOperator.Refusal(Code.InvalidArgument, "UNREADABLE_FILE", "This is not a calendar: it does not begin with BEGIN:VCALENDAR.");
        };

        var run = await Run.ScriptAsync(node, "import", file);

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Equal("This is not a calendar: it does not begin with BEGIN:VCALENDAR.\n", run.Error);
    }

    [Fact]
    public async Task An_import_that_ends_without_a_report_has_failed()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Import = (_, _) => Task.CompletedTask;

        var run = await Run.ScriptAsync(node, "import", "https://example.org/events.ics", "--json");

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Equal("NO_REPORT", run.Json.GetProperty("error").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_file_that_breaks_off_while_it_is_read_ends_the_import_with_its_error()
    {
        // Its first page is never mapped, so reading it is an input/output error even for root.
        const string Unreadable = "/proc/self/mem";
        if (!OperatingSystem.IsLinux())
            return;
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Import = AnswerAsync(new ImportReport());

        var run = await Run.ScriptAsync(node, "import", Unreadable, "--json");

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Equal("FILE_FAILED", run.Json.GetProperty("error").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_wrong_usage_and_asks_the_node_nothing()
    {
        await using var node = await ScriptedNode.StartAsync();

        var run = await Run.ScriptAsync(node, "import", node.NewFile("nowhere.ics"));

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Empty(node.Operator.Requests);
    }

    [Fact]
    public async Task An_address_that_no_calendar_is_fetched_from_is_not_taken_for_a_file()
    {
        await using var node = await ScriptedNode.StartAsync();

        var run = await Run.ScriptAsync(node, "import", "ftp://example.org/events.ics");

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("http:, https: or webcal:", run.Error);
        Assert.Empty(node.Operator.Requests);
    }

    [Fact]
    public async Task What_was_taken_in_part_is_not_called_rejected()
    {
        await using var node = await ScriptedNode.StartAsync();
        var note = new ImportProblem { Line = 4, Uid = "abc", Message = "The end is left out.", Reason = "end_left_out" };
        node.Operator.Import = AnswerAsync(new ImportReport { Created = 1, Problems = { note } });

        var run = await Run.ScriptAsync(node, "import", "https://example.org/events.ics");

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.DoesNotContain("was rejected", run.Out);
        Assert.Contains("All events were taken, these not in full.", run.Out);
    }

    [Fact]
    public async Task A_terminal_gets_a_bar()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Import = AnswerAsync(new ImportReport { Created = 2 });

        var run = await Run.PersonAsync(node, "", "import", "https://example.org/events.ics");

        Assert.Contains("2 of 2 events", run.Error);
        Assert.Equal("2 created, 0 updated, 0 unchanged, 0 rejected.\n", run.Out);
    }

    /// <summary>Reads all requests, tells of two steps, and reports.</summary>
    private static Func<IAsyncStreamReader<ImportCalendarRequest>, IServerStreamWriter<ImportCalendarResponse>, Task> AnswerAsync(ImportReport report) =>
        async (requests, answers) =>
        {
            await foreach (var _ in requests.ReadAllAsync())
            {
            }

            await answers.WriteAsync(new ImportCalendarResponse { Done = 1, Total = 2 });
            await answers.WriteAsync(new ImportCalendarResponse { Done = 2, Total = 2, Report = report });
        };
}
