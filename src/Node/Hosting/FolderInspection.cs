using System.Xml;

namespace OuiShare.Federation.Node.Hosting;

/// <summary>
/// Looks at a data folder and each file of it before any is opened: is it there, is it a file, may this user read and write it? So a start
/// that cannot succeed says why in one sentence, and has changed nothing.
/// </summary>
internal static class FolderInspection
{
    /// <summary>What a node keeps in its folder as files.</summary>
    private static readonly string[] Files =
    [
        "node.key", "node.db", "node.db-wal", "node.db-shm", "views.db", "views.db-wal", "views.db-shm", "views.db-damaged", "operator.token", "node.json",
        "node.lock", "node.new",
    ];

    private const string KeysName = "keys";

    /// <summary>Refuses a folder that this user cannot use. One that is not there yet is fine.</summary>
    /// <exception cref="StartRefusedException">It is closed, read-only, or a link that leads nowhere.</exception>
    public static void InspectFolder(string folder)
    {
        RefuseDanglingLink(folder, "See whether its disk is mounted.");
        RefuseMissingRights(folder, folder);
    }

    /// <summary>Refuses a node's files that this user cannot use.</summary>
    /// <exception cref="StartRefusedException">One is another user's, no file, a link that leads nowhere, or unreadable.</exception>
    public static void InspectFiles(string folder)
    {
        foreach (var name in Files)
            InspectFile(folder, Path.Combine(folder, name));
        InspectKeys(folder);
    }

    private static void InspectKeys(string folder)
    {
        var keys = Path.Combine(folder, KeysName);
        RefuseDanglingLink(keys, "Remove the link: new keys are made, and everybody signs in anew.");
        if (File.Exists(keys))
            throw Damaged($"{keys} is a file where a folder belongs. Move it away: new keys are made, and everybody signs in anew.");
        if (!Directory.Exists(keys))
            return;
        RefuseMissingRights(folder, keys);
        foreach (var file in Directory.EnumerateFileSystemEntries(keys, "key-*.xml"))
        {
            InspectFile(folder, file);
            RefuseDamagedKey(file);
        }
    }

    private static void InspectFile(string folder, string path)
    {
        RefuseDanglingLink(path, "Put the file back, or restore a backup.");
        if (Directory.Exists(path))
            throw Damaged($"{path} is a folder where a file belongs. Move it away, and restore a backup if the file is lost.");
        RefuseMissingRights(folder, path);
    }

    // Checked here because what reads them later would only log it, and then fail on every form.
    private static void RefuseDamagedKey(string path)
    {
        try
        {
            using var reader = XmlReader.Create(path);
            while (reader.Read())
            {
            }
        }
        catch (XmlException e)
        {
            throw Damaged($"{path}, which protects cookies, is damaged. Move it away: a new one is made, and everybody signs in anew.", e);
        }
        catch (UnauthorizedAccessException)
        {
            // This user's own, with a mode that lets nobody read; put right once the folder is held.
        }
    }

    private static void RefuseDanglingLink(string path, string whatToDo)
    {
        // Not Exists, which says yes to a link that leads nowhere.
        if (new FileInfo(path).LinkTarget is { } target && FileAccessCheck.Of(path) == FileRights.Nothing)
            throw Damaged($"{path} is a link to {target}, which does not exist. {whatToDo}");
    }

    private static void RefuseMissingRights(string folder, string path)
    {
        switch (FileAccessCheck.Of(path))
        {
            case FileRights.ReadOnlyDisk:
                throw new StartRefusedException(
                    $"{path} is on a disk that is mounted for reading only. Mount it for writing (a failing disk is turned read-only by the system: see its log), or name another folder with --data.",
                    ExitCodes.DiskFailed);
            case FileRights.Denied when !FileAccessCheck.IsOwn(path):
                throw new StartRefusedException(NotOurs(folder, path), ExitCodes.NoPermission);
        }
    }

    /// <summary>The sentence for a file or folder that belongs to another user.</summary>
    public static string NotOurs(string folder, string path) =>
        $"{path} cannot be read and written by the user {Environment.UserName}, who starts the node. "
        + $"Start it as the user whose it is, or give the folder to this one: sudo chown -R {Environment.UserName} {folder}.";

    private static StartRefusedException Damaged(string sentence, Exception? cause = null) => new(sentence, ExitCodes.DamagedData, cause);
}
