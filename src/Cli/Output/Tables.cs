using Spectre.Console;
using Spectre.Console.Rendering;

namespace OuiShare.Federation.Cli.Output;

/// <summary>The look of all tables: lines on a terminal, only columns elsewhere.</summary>
internal static class Tables
{
    /// <summary>A table with these headings.</summary>
    public static Table Create(bool isTerminal, params string[] headings)
    {
        var table = new Table { Border = isTerminal ? TableBorder.Simple : TableBorder.None };
        foreach (var heading in headings)
            table.AddColumn(new TableColumn(new Text(heading, new Style(decoration: Decoration.Bold))) { Padding = new Padding(0, 0, 2, 0) });
        return table;
    }

    /// <summary>Two columns without headings: what, and how it is.</summary>
    public static Table CreateFacts()
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = false };
        table.AddColumn(new TableColumn("") { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        table.AddColumn(new TableColumn("") { Padding = new Padding(0, 0, 0, 0) });
        return table;
    }

    /// <summary>The same, moved two columns to the right, below a heading.</summary>
    public static IRenderable Indented(this Table facts) => new Padder(facts, new Padding(2, 0, 0, 0));

    /// <summary>Adds a row of texts; text from elsewhere is cleaned here and never read as markup.</summary>
    public static void AddCells(this Table table, params string[] cells) => table.AddRow(cells.Select(cell => new Text(Plain.Line(cell))));
}
