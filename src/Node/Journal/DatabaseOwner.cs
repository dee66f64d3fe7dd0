using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Journal;

/// <summary>
/// The database knows whose it is. Another chapter's key beside it would begin a second, nameless journal there, and the chapter's own would
/// never be written again.
/// </summary>
internal static class DatabaseOwner
{
    /// <summary>Remembers the key at the first start, and refuses any other from then on. Once the journals are loaded, before the database starts.</summary>
    /// <param name="session">The writer's.</param>
    /// <param name="register">The journals of the database.</param>
    /// <param name="key">The key in the folder.</param>
    /// <param name="keyPath">Its file, for the sentence.</param>
    /// <exception cref="StartRefusedException">The key is not the one whose journal this database was made for.</exception>
    public static void Check(DatabaseSession session, JournalRegister register, Origin key, string keyPath)
    {
        var owner = NodeSettings.Read(session, NodeSettings.Origin);
        // A database of an older program does not say it. Its chapter signed its own name at set-up, so a key without a journal is not its key.
        var isForeign = owner is null
            ? NodeSettings.Read(session, NodeSettings.SetUpAt) is not null && !register.Of(key).Any()
            : owner != key.ToString();
        if (isForeign)
        {
            var whose = owner is null ? "of another key" : $"of the key {owner[..Origin.ShortDigits]}…";
            throw new StartRefusedException(
                $"{keyPath} is another chapter's key ({key.Short}…): the database beside it is {whose}. Put the right node.key back, from a backup of this chapter or from "
                + "where this one was mixed up; nothing was changed.",
                ExitCodes.DamagedData);
        }

        if (owner is null)
            NodeSettings.Write(session, NodeSettings.Origin, key.ToString());
    }
}
