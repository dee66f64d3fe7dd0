namespace OuiShare.Federation.Cli.Commands;

/// <summary>A command whose help ends with examples.</summary>
internal interface IHasExamples
{
    /// <summary>Whole command lines, the commonest first.</summary>
    IReadOnlyList<string> Examples { get; }
}
