namespace OuiShare.Federation.Node.Journal;

/// <summary>The restored journal still asks its peers how far it had come; the write can be tried again in a moment.</summary>
public sealed class JournalNotOpenException : Exception
{
    internal JournalNotOpenException()
        : base("This node was restored and is still asking its peers how far its journal had come. Try again in a minute.")
    {
    }
}
