using System.Globalization;

namespace OuiShare.Federation.Faults.Reporting;

/// <summary>Prints a report as a table that a person can read, and then what was wrong.</summary>
internal static class FaultTable
{
    private const int SentenceWidth = 100;

    public static void Write(FaultReport report, TextWriter writer)
    {
        writer.WriteLine(Line("fault", "times", "lost", "roots equal", "told", "seconds until told", "what was said"));
        writer.WriteLine(Line("", "", "", "", "", "median   longest", ""));
        foreach (var row in report.Rows)
            writer.WriteLine(row.Rounds.Count == 0 ? $"{row.Fault,-22} not tried: {row.WhyNone}" : LineOf(row));
        WriteWrongs(report, writer);
        var options = report.Options;
        writer.WriteLine();
        writer.WriteLine(
            $"{report.Rounds.Count} rounds, {report.Rounds.Count(round => !round.IsRight)} not as they must be. The same again: "
            + $"--seed {options.Seed.ToString(CultureInfo.InvariantCulture)}{(options.Only.Count > 0 ? $" --only {string.Join(',', options.Only)}" : "")}{(options.WithoutFsync ? " --without-fsync" : "")}");
    }

    private static void WriteWrongs(FaultReport report, TextWriter writer)
    {
        foreach (var round in report.Rounds.Where(round => !round.IsRight))
        {
            writer.WriteLine();
            writer.WriteLine($"! {round.Fault}, time {round.Number}: {round.Where}");
            foreach (var complaint in round.Complaints())
                writer.WriteLine($"    {complaint}");
        }
    }

    private static string LineOf(FaultRow row)
    {
        var told = row.ToldSeconds;
        var seconds = told.Count == 0 ? "-" : $"{Text(told[told.Count / 2])} {Text(told[^1]),9}";
        var said = row.Said.ReplaceLineEndings(" ");
        return Line(
            row.Fault, Text(row.Rounds.Count), Text(row.Lost), $"{row.Equal} of {row.Rounds.Count}", $"{told.Count} of {row.Rounds.Count}", seconds,
            said.Length > SentenceWidth ? said[..SentenceWidth] + "…" : said);
    }

    private static string Line(string fault, string times, string lost, string roots, string told, string seconds, string said) =>
        $"{fault,-22} {times,5} {lost,5} {roots,12} {told,9} {seconds,19}   {said}".TrimEnd();

    private static string Text(double number) => number.ToString(number % 1 == 0 ? "0" : "0.0", CultureInfo.InvariantCulture);
}
