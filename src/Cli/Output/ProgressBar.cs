using Spectre.Console;

namespace OuiShare.Federation.Cli.Output;

/// <summary>Takes progress and shows it, or does not.</summary>
internal abstract class ProgressReport
{
    /// <summary>Shows nothing: the output is a file, a pipe or a script.</summary>
    public static ProgressReport Silent { get; } = new NotShown();

    /// <summary>So much is done.</summary>
    /// <param name="done">In the unit of <paramref name="total"/>.</param>
    /// <param name="total">Null or zero while unknown: the bar then only moves.</param>
    /// <param name="note">Stands beside the bar.</param>
    public abstract void Report(ulong done, ulong? total, string note);

    private sealed class NotShown : ProgressReport
    {
        public override void Report(ulong done, ulong? total, string note)
        {
        }
    }
}

/// <summary>A bar on a terminal.</summary>
internal static class ProgressBar
{
    /// <summary>Draws the bar while <paramref name="run"/> runs; clears nothing, so that the last state stays readable.</summary>
    public static Task<T> RunAsync<T>(IAnsiConsole console, string what, Func<ProgressReport, Task<T>> run) =>
        console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .StartAsync(async context =>
            {
                var task = context.AddTask(Markup.Escape(what));
                task.IsIndeterminate = true;
                var result = await run(new Shown(task, what));
                task.IsIndeterminate = false;
                task.Value = task.MaxValue;
                task.StopTask();
                return result;
            });

    private sealed class Shown(ProgressTask task, string what) : ProgressReport
    {
        public override void Report(ulong done, ulong? total, string note)
        {
            task.Description = Markup.Escape(Plain.Line(note.Length == 0 ? what : $"{what}: {note}"));
            if (total is > 0)
            {
                task.IsIndeterminate = false;
                task.MaxValue = total.Value;
                task.Value = Math.Min(done, total.Value);
            }
        }
    }
}
