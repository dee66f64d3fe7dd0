using System.Text.Json;
using Google.Protobuf;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace OuiShare.Federation.Cli.Output;

/// <summary>
/// What the person or the script gets to see. What was asked for goes to standard output; words beside it (hints, progress, errors) go to
/// standard error, so that <c>invitation=$(ouishare invite)</c> holds the invitation and nothing else. With --json exactly one JSON text
/// goes to standard output, also when the command failed, and nothing to standard error.
/// </summary>
internal sealed class OperatorOutput(Surroundings surroundings, bool isJson)
{
    private readonly IAnsiConsole _out = TerminalOutput.Create(surroundings, surroundings.Out, surroundings.IsOutTerminal);
    private readonly IAnsiConsole _error = TerminalOutput.Create(surroundings, surroundings.Error, surroundings.IsErrorTerminal);

    /// <summary>The caller is a script.</summary>
    public bool IsJson => isJson;

    /// <summary>The clock.</summary>
    public TimeProvider Time => surroundings.Time;

    /// <summary>The time now.</summary>
    public DateTimeOffset Now => surroundings.Time.GetUtcNow();

    /// <summary>Standard output is a terminal.</summary>
    public bool IsTerminal => surroundings.IsOutTerminal;

    /// <summary>Someone is there to answer a question.</summary>
    public bool CanAsk => surroundings.IsInTerminal && surroundings.IsErrorTerminal && !isJson;

    /// <summary>Writes one line as it is, never wrapped: links and invitations are copied.</summary>
    public void Line(string text) => surroundings.Out.WriteLine(Plain.Line(text));

    /// <summary>Writes one paragraph, wrapped at the width of the terminal.</summary>
    public void Paragraph(string text, Style? style = null) => Write(new Rows(new Text(Plain.Line(text), style)));

    /// <summary>Writes one paragraph that begins with a bullet, its further lines indented below the text.</summary>
    public void Bullet(string text, Style? style = null)
    {
        var bullet = Tables.CreateFacts();
        bullet.Columns[0].Padding = new Padding(0, 0, 1, 0);
        bullet.AddRow(new Text("•", style), new Text(Plain.Line(text), style));
        Write(bullet.Indented());
    }

    /// <summary>Writes an empty line.</summary>
    public void Gap() => surroundings.Out.WriteLine();

    /// <summary>Writes a table or the like; in a pipe without the blanks that fill up its last column.</summary>
    public void Write(IRenderable view)
    {
        if (surroundings.IsOutTerminal)
        {
            _out.Write(view);
            return;
        }

        var text = new StringWriter();
        TerminalOutput.Create(surroundings, text, isTerminal: false).Write(view);
        foreach (var line in text.ToString().TrimEnd().Split('\n'))
            surroundings.Out.WriteLine(line.TrimEnd());
    }

    /// <summary>Keeps a view open on the terminal while <paramref name="run"/> runs, and redraws it whenever told.</summary>
    public Task RedrawAsync(Func<Action<IRenderable>, Task> run) =>
        _out.Live(new Text("Asking the node…")).AutoClear(false).StartAsync(context => run(view =>
        {
            context.UpdateTarget(view);
            context.Refresh();
        }));

    /// <summary>Writes a hint for a person.</summary>
    public void Note(string text)
    {
        if (!isJson)
            surroundings.Error.WriteLine(Plain.Line(text));
    }

    /// <summary>Writes the answer for a script.</summary>
    public void Json(IMessage message, bool isIndented = true) => Json(json => MessageJson.Write(json, message), isIndented);

    /// <summary>Writes the answer for a script.</summary>
    public void Json(Action<Utf8JsonWriter> write, bool isIndented = true)
    {
        surroundings.Out.WriteLine(MessageJson.Text(write, isIndented));
        surroundings.Out.Flush();
    }

    /// <summary>Says why it did not work.</summary>
    /// <returns>The failure's exit code, to be returned.</returns>
    public ExitCode Fail(Failure failure)
    {
        if (isJson)
        {
            Json(json => WriteError(json, failure));
            return failure.ExitCode;
        }

        surroundings.Error.WriteLine(Plain.Line(failure.Message));
        // Of one wrong value the sentence has said all.
        foreach (var field in failure.Fields.Where(field => field.Message != failure.Message))
            surroundings.Error.WriteLine($"  {Plain.Line(field.Name)}: {Plain.Line(field.Message)}");
        return failure.ExitCode;
    }

    /// <summary>Runs something long under a bar, on standard error and only when that is a terminal.</summary>
    public Task<T> WithProgressAsync<T>(string what, Func<ProgressReport, Task<T>> run) =>
        surroundings.IsErrorTerminal && !isJson ? ProgressBar.RunAsync(_error, what, run) : run(ProgressReport.Silent);

    /// <summary>Asks a yes-or-no question; only when <see cref="CanAsk"/>. Anything but y or yes means no.</summary>
    public async Task<bool> AskAsync(string question, CancellationToken cancellation)
    {
        surroundings.Error.Write(Plain.Line(question) + " [y/N] ");
        surroundings.Error.Flush();
        var answer = await surroundings.In.ReadLineAsync(cancellation).AsTask().WaitAsync(cancellation);
        return answer?.Trim().ToLowerInvariant() is "y" or "yes";
    }

    /// <summary>Reads a text that was not put on the command line; at most one screen of it.</summary>
    public async Task<string> ReadLineAsync(CancellationToken cancellation) =>
        await surroundings.In.ReadLineAsync(cancellation).AsTask().WaitAsync(cancellation) ?? "";

    /// <summary>A path as the person means it, made absolute.</summary>
    public string FullPath(string path) => Path.GetFullPath(path, surroundings.CurrentFolder);

    private static void WriteError(Utf8JsonWriter json, Failure failure)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("reason", failure.Reason);
        json.WriteString("message", failure.Message);
        json.WriteStartArray("fields");
        foreach (var field in failure.Fields)
        {
            json.WriteStartObject();
            json.WriteString("field", field.Name);
            json.WriteString("message", field.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
