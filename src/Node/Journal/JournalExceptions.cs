namespace OuiShare.Federation.Node.Journal;

/// <summary>The restored journal still asks its peers how far it had come; the write can be tried again in a moment.</summary>
public sealed class JournalNotOpenException : Exception
{
    internal JournalNotOpenException()
        : base("This node was restored and is still asking its peers how far its journal had come. Try again in a minute.")
    {
    }

    private JournalNotOpenException(string message)
        : base(message)
    {
    }

    internal static JournalNotOpenException RunTwice() =>
        new("This node's data folder was copied and is run twice, so nothing can be published here. Its admin must stop one of the two and start the other again; the page Network says how.");
}
