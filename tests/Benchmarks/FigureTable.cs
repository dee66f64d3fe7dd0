using System.Globalization;

namespace OuiShare.Federation.Benchmarks;

/// <summary>Prints figures as rows that a person can read: what, the figure, what was hoped for, and what it is compared with.</summary>
internal static class FigureTable
{
    /// <summary>Begins a group of figures.</summary>
    public static void Begin(string about)
    {
        Console.WriteLine();
        Console.WriteLine(about);
        Console.WriteLine($"  {"what",-58} {"figure",12} {"target",12}   beside");
    }

    /// <summary>A figure without a target.</summary>
    public static void Row(string what, double figure, string unit, string beside = "") => Write(what, Text(figure, unit), target: "", beside);

    /// <summary>A figure that should be no more than a target.</summary>
    public static void AtMost(string what, double figure, double target, string unit, string beside = "") =>
        Write(what, Text(figure, unit), $"{(figure <= target ? "≤" : "! ≤")} {Text(target, unit)}", beside);

    /// <summary>A figure that should be no less than a target.</summary>
    public static void AtLeast(string what, double figure, double target, string unit, string beside = "") =>
        Write(what, Text(figure, unit), $"{(figure >= target ? "≥" : "! ≥")} {Text(target, unit)}", beside);

    private static void Write(string what, string figure, string target, string beside) =>
        Console.WriteLine($"  {what,-58} {figure,12} {target,12}   {beside}");

    private static string Text(double figure, string unit) =>
        figure.ToString(figure < 10 ? "0.00" : figure < 100 ? "0.0" : "N0", CultureInfo.InvariantCulture) + " " + unit;
}
