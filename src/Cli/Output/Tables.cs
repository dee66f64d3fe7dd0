using Spectre.Console;

namespace OuiShare.Federation.Cli.Output;

/// <summary>The look of all tables: lines on a terminal, only columns elsewhere.</summary>
internal static class Tables
{
    /// <summary>A table with these headings.</summary>
    public static Table Create(IAnsiConsole console, params string[] headings)
    {
        var table = new Table { Border = console.Profile.Out.IsTerminal ? TableBorder.Simple : TableBorder.None };
        foreach (var heading in headings)
            table.AddColumn(new TableColumn(new Text(heading, new Style(decoration: Decoration.Bold))) { Padding = new Padding(0, 0, 2, 0) });
        return table;
    }

    /// <summary>Two columns without headings: what, and how it is.</summary>
    public static Table CreateFacts()
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = false };
        table.AddColumn(new TableColumn("") { NoWrap = true, Padding = new Padding(2, 0, 2, 0) });
        table.AddColumn(new TableColumn("") { Padding = new Padding(0, 0, 0, 0) });
        return table;
    }

    /// <summary>Adds a row of texts; text from elsewhere is cleaned here and never read as markup.</summary>
    public static void AddCells(this Table table, params string[] cells) => table.AddRow(cells.Select(cell => new Text(Plain.Line(cell))));

    /// <summary>Writes one paragraph, wrapped at the console's width.</summary>
    public static void WriteParagraph(this IAnsiConsole console, string text, Style? style = null)
    {
        console.Write(new Text(Plain.Line(text), style));
        console.WriteLine();
    }

    /// <summary>Writes one paragraph that begins with a bullet, its further lines indented below the text.</summary>
    public static void WriteBullet(this IAnsiConsole console, string text, Style? style = null)
    {
        var grid = new Grid().AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(2, 0, 1, 0) }).AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
        grid.AddRow(new Text("•", style), new Text(Plain.Line(text), style));
        console.Write(grid);
    }
}
