using System.Security.Cryptography;
using System.Text.Json;

namespace OuiShare.Federation.Node.Hosting;

/// <summary>The folder that holds everything a node has; held by one process at a time.</summary>
/// <remarks>
/// <code>
/// node.key        the chapter's Ed25519 seed: 64 hexadecimal digits. Who loses it loses the chapter's name in the network.
/// node.db         journals, accounts, RSVPs: what a backup must hold, with node.key
/// views.db        what is derived from node.db; may be deleted, and is rebuilt
/// operator.token  what the operator's tool shows to the node: 32 random bytes, base64url
/// node.json       where the running node answers, and its process id; only while it runs
/// keys/           what signs and encrypts cookies; without them everybody is signed out
/// node.lock       held while a process runs the node
/// node.new        only until the first start is complete
/// </code>
/// <para>
/// A lost database must never be answered with a fresh one: the node would re-use positions that its peers hold. So a start
/// makes new files only in a folder that is empty, or in one whose first start was cut short (<c>node.new</c>, written before
/// anything else and removed once key and database are on disk, before the first entry can be acknowledged).
/// </para>
/// </remarks>
public sealed class DataFolder : IDisposable
{
    private const string KeyName = "node.key";
    private const string DatabaseName = "node.db";
    private const string ViewsName = "views.db";
    private const string TokenName = "operator.token";
    private const string AddressName = "node.json";
    private const string KeysName = "keys";
    private const string LockName = "node.lock";
    private const string FirstStartName = "node.new";

    /// <summary>What a file system itself may put into an empty folder.</summary>
    internal const string LostAndFound = "lost+found";

    /// <summary>Length of an Ed25519 seed (RFC 8032).</summary>
    private const int SeedBytes = 32;

    /// <summary>Length of the operator's token: 256 bits, beyond guessing.</summary>
    private const int TokenBytes = 32;

    /// <summary>The number with which .NET says that another process holds a lock: <c>EWOULDBLOCK</c>, on Windows a sharing violation.</summary>
    private static readonly int HeldByAnother = OperatingSystem.IsWindows() ? unchecked((int)0x80070020) : OperatingSystem.IsMacOS() ? 35 : 11;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileStream _lock;
    private readonly byte[] _seed;

    private DataFolder(string path, FileStream heldLock)
    {
        Folder = path;
        _lock = heldLock;
        OpenToOthers = FolderPrivacy.Tighten(path);
        KeepFirstStart();
        _seed = ReadOrMakeSeed();
        OperatorToken = ReadOrMakeToken();
        CreateFolder(KeysPath);
    }

    /// <summary>The folder's full path.</summary>
    public string Folder { get; }

    /// <summary>The chapter's key.</summary>
    public string KeyPath => InFolder(KeyName);

    /// <summary>The node's database.</summary>
    public string DatabasePath => InFolder(DatabaseName);

    /// <summary>The database of views, which may be deleted.</summary>
    public string ViewsPath => InFolder(ViewsName);

    /// <summary>The folder of the keys that protect cookies.</summary>
    public string KeysPath => InFolder(KeysName);

    /// <summary>
    /// Key and database are being made by this start, or by earlier ones that were cut short: the only time when
    /// <see cref="DatabasePath"/> may be created. False after <see cref="CompleteFirstStart"/>.
    /// </summary>
    public bool IsFirstStart { get; private set; }

    /// <summary>
    /// How many of the folder's files (and the folder itself) this start found open to other users of the machine, and closed. 0 as a rule.
    /// </summary>
    public int OpenToOthers { get; }

    /// <summary>What an operator's call must carry; 43 characters.</summary>
    public string OperatorToken { get; }

    /// <summary>The chapter's Ed25519 seed; 32 bytes.</summary>
    public ReadOnlySpan<byte> Seed => _seed;

    /// <summary>
    /// Opens the folder for this process, making it and its key when there is nothing yet. A backup that waits is put in place first.
    /// </summary>
    /// <param name="path">Absolute, or relative to the current directory.</param>
    /// <param name="mustExist">Refuse rather than make a new chapter: guards a node whose disk was not mounted.</param>
    /// <param name="time">Names what a restore replaces; null: the system's clock.</param>
    /// <exception cref="StartRefusedException">The folder is held by another process, damaged, incomplete or not accessible.</exception>
    public static DataFolder Open(string path, bool mustExist = false, TimeProvider? time = null)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        FileStream? heldLock = null;
        try
        {
            FolderInspection.InspectFolder(folder);
            // A restore that was cut short leaves files half moved; it goes on once no other process can be in the midst of it.
            if (!PendingRestore.IsWaiting(folder))
                Examine(folder, mustExist);
            FolderInspection.InspectFiles(folder);
            CreateFolder(folder);
            heldLock = Hold(folder);
            PendingRestore.Apply(folder, time ?? TimeProvider.System);
            // Another process may have made the node while this one waited for nothing but its turn, and a backup may be of another user's making.
            Examine(folder, mustExist);
            FolderInspection.InspectFiles(folder);
            return new DataFolder(folder, heldLock);
        }
        catch (UnauthorizedAccessException e)
        {
            heldLock?.Dispose();
            throw new StartRefusedException(
                Directory.Exists(folder)
                    ? FolderInspection.NotOurs(folder, folder)
                    : $"The user {Environment.UserName} may not make the folder {folder}. Make it for this user (sudo install -d -o {Environment.UserName} -m 700 {folder}), or name another with --data.",
                ExitCodes.NoPermission,
                e);
        }
        catch (IOException e)
        {
            heldLock?.Dispose();
            throw new StartRefusedException($"The data folder {folder} cannot be used: {OneLine(e.Message)}", ExitCodes.DiskFailed, e);
        }
        catch (StartRefusedException)
        {
            heldLock?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Says that key and database are on disk. From now on a missing one is a loss, and refuses the start. Idempotent.
    /// </summary>
    /// <remarks>Call it once the database is made and migrated, and before anything in it can be acknowledged.</remarks>
    public void CompleteFirstStart()
    {
        // The database and the views were made since the folder was opened.
        FolderPrivacy.Tighten(Folder);
        DurableFile.Delete(InFolder(FirstStartName));
        IsFirstStart = false;
    }

    /// <summary>Tells the operator's tool where this node answers, until <see cref="Dispose"/>.</summary>
    /// <param name="urls">The addresses it listens on.</param>
    /// <param name="certificates">SHA-256 of the certificates it shows there; null: it speaks no https.</param>
    public void PublishAddress(IReadOnlyList<string> urls, IReadOnlyList<string>? certificates = null)
    {
        var address = new NodeAddress(urls, Environment.ProcessId, certificates);
        DurableFile.Write(InFolder(AddressName), JsonSerializer.Serialize(address, NodeAddressJson.Default.NodeAddress));
    }

    /// <summary>Where the node of a folder answers now; null when none runs there.</summary>
    /// <remarks>After a crash the file stays until the next start, so the caller must expect that nobody answers.</remarks>
    public static NodeAddress? ReadAddress(string folder)
    {
        try
        {
            var content = File.ReadAllBytes(Path.Combine(folder, AddressName));
            return JsonSerializer.Deserialize(content, NodeAddressJson.Default.NodeAddress);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The operator's token of a node's folder, for a program that may read it.</summary>
    /// <exception cref="IOException">There is none.</exception>
    /// <exception cref="UnauthorizedAccessException">It belongs to another user.</exception>
    public static string ReadOperatorToken(string folder) => File.ReadAllText(Path.Combine(folder, TokenName)).Trim();

    /// <summary>Lets the folder go: removes the address and frees the lock.</summary>
    public void Dispose()
    {
        try
        {
            File.Delete(InFolder(AddressName));
        }
        catch (IOException)
        {
            // A disk that failed has been told already, and readers of the address expect one that nobody removed.
        }

        CryptographicOperations.ZeroMemory(_seed);
        _lock.Dispose();
    }

    /// <summary>Refuses what must not be started: something lost, or somebody else's folder.</summary>
    private static void Examine(string folder, bool mustExist)
    {
        if (File.Exists(folder))
            throw new StartRefusedException($"{folder} is a file. Name a folder with --data.", ExitCodes.BadSetting);

        // EnumerateFileSystemEntries, not Exists, tells a folder that may not be read from an empty one.
        var names = Directory.Exists(folder)
            ? Directory.EnumerateFileSystemEntries(folder).Select(entry => Path.GetFileName(entry)!).ToHashSet(StringComparer.Ordinal)
            : [];
        names.ExceptWith([LockName, LostAndFound]);
        var hasKey = names.Contains(KeyName);
        var hasDatabase = names.Contains(DatabaseName);

        if (names.Contains(FirstStartName) || (hasKey && hasDatabase))
            return;
        if (hasKey)
        {
            throw new StartRefusedException(
                $"{DatabaseName} is missing from {folder}. Restore a backup of this node (deploy/README.md says how), or move {KeyName} and what is left away to start a new chapter.",
                ExitCodes.DamagedData);
        }

        if (hasDatabase)
        {
            throw new StartRefusedException(
                $"{KeyName} is missing from {folder}, and without it nobody can write this chapter's journal. Restore {KeyName} from a backup, or move {DatabaseName} and what is left away to start a new chapter.",
                ExitCodes.DamagedData);
        }

        if (names.Count > 0)
        {
            throw new StartRefusedException(
                $"{folder} holds other files but no node ({KeyName} and {DatabaseName} are missing). Restore a backup, or name an empty folder with --data.",
                ExitCodes.DamagedData);
        }

        if (mustExist)
        {
            throw new StartRefusedException(
                $"There is no node in {folder}, and the setting MustExist forbids to make one. See whether its disk is mounted.",
                ExitCodes.DamagedData);
        }
    }

    private static FileStream Hold(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult == HeldByAnother)
        {
            var holder = ReadAddress(folder) is { } address
                ? $"the process {address.ProcessId}, which answers at {string.Join(" and ", address.Urls)}"
                : "another process";
            throw new StartRefusedException(
                $"The node in {folder} is already run by {holder}. Stop that one first, or name another folder with --data.",
                ExitCodes.AlreadyRunning,
                e);
        }
    }

    private void KeepFirstStart()
    {
        // What a crash left; the process it names is gone, since we hold the lock.
        File.Delete(InFolder(AddressName));
        IsFirstStart = !File.Exists(InFolder(KeyName)) || File.Exists(InFolder(FirstStartName));
        if (IsFirstStart)
            DurableFile.Write(InFolder(FirstStartName), "The first start of this node is not complete.\n");
    }

    private byte[] ReadOrMakeSeed()
    {
        var path = InFolder(KeyName);
        if (!File.Exists(path))
            DurableFile.Write(path, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SeedBytes)) + "\n");

        var digits = File.ReadAllText(path).Trim();
        if (digits.Length != 2 * SeedBytes || !digits.All(char.IsAsciiHexDigit))
        {
            throw new StartRefusedException(
                $"{path} is not a node's key ({2 * SeedBytes} hexadecimal digits). Restore it from a backup.",
                ExitCodes.DamagedData);
        }

        return Convert.FromHexString(digits);
    }

    private string ReadOrMakeToken()
    {
        var path = InFolder(TokenName);
        var token = File.Exists(path) ? File.ReadAllText(path).Trim() : "";
        // An empty or shortened token would let anybody in; a new one costs the operator nothing.
        if (token.Length < Base64UrlLength(TokenBytes))
        {
            token = System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
            DurableFile.Write(path, token + "\n");
        }

        return token;
    }

    private static int Base64UrlLength(int bytes) => ((bytes * 4) + 2) / 3;

    private static void CreateFolder(string path)
    {
        if (Directory.Exists(path))
            return;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerOnly);
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ");

    private string InFolder(string name) => Path.Combine(Folder, name);
}
