using System.Text;
using OuiShare.Federation.Node.Storage;

namespace OuiShare.Federation.Node.Chapters;

/// <summary>Single values that the node keeps: rows of <c>settings</c>.</summary>
internal static class NodeSettings
{
    /// <summary>When the node was set up, milliseconds since 1970 UTC; absent before.</summary>
    public const string SetUpAt = "set-up-at";

    /// <summary>Where browsers and peers reach this node, as its admin said; absent: where it is bound.</summary>
    public const string Address = "address";

    /// <summary>Left by a restore: the journal is not open until peers were asked how far it had come.</summary>
    public const string RestoredAt = "restored-at";

    /// <summary>The public key whose journal this database was made for, 64 hexadecimal digits; absent in a database of an older program.</summary>
    public const string Origin = "origin";

    /// <summary>That the node ran on older data than its peers held, when, and what became of it; until the admin has read it.</summary>
    public const string RolledBack = "rolled-back";

    public static string? Read(DatabaseSession session, string name) =>
        session.Scalar<byte[]>("SELECT value FROM settings WHERE name = ?1", name) is { } value ? Encoding.UTF8.GetString(value) : null;

    public static void Write(DatabaseSession session, string name, string value) =>
        session.Execute(
            "INSERT INTO settings(name, value) VALUES (?1, ?2) ON CONFLICT(name) DO UPDATE SET value = ?2", name, Encoding.UTF8.GetBytes(value));

    public static void Remove(DatabaseSession session, string name) => session.Execute("DELETE FROM settings WHERE name = ?1", name);
}
