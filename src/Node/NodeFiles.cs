using Microsoft.Data.Sqlite;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.Search;

namespace OuiShare.Federation.Node;

/// <summary>A node's open files: its database, its journals as loaded from it, and its search index.</summary>
public sealed class NodeFiles : IAsyncDisposable
{
    private readonly ILoggerFactory _loggers;

    private NodeFiles(DataFolder folder, TimeProvider time, ILoggerFactory loggers)
    {
        _loggers = loggers;
        Key = NodeKey.FromSeed(folder.Seed);
        using var random = RandomNumberGenerator.Create();
        Instance = NodeInstance.Start(random, time.GetUtcNow());
        Database = NodeDatabase.Open(folder.DatabasePath, create: folder.IsFirstStart, time, loggers.CreateLogger<NodeDatabase>());
        Index = EventIndex.Open(folder.ViewsPath);
        Own = new OwnJournal(Database, Register, Feed, Key, time);
    }

    internal NodeKey Key { get; }

    /// <summary>This process, as peers tell it from another that has the same key.</summary>
    internal NodeInstance Instance { get; }

    internal NodeDatabase Database { get; }

    internal EventIndex Index { get; }

    internal JournalRegister Register { get; } = new();

    internal JournalFeed Feed { get; } = new();

    internal OwnJournal Own { get; }

    /// <summary>Closes the files; what was acknowledged is on disk already.</summary>
    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await Index.DisposeAsync();
        Key.Dispose();
        _loggers.Dispose();
    }

    /// <exception cref="StartRefusedException">A file is missing, damaged, newer than this program, or cannot be written.</exception>
    internal static NodeFiles Open(DataFolder folder, TimeProvider time)
    {
        try
        {
            return OpenAll(folder, time);
        }
        catch (SqliteException e)
        {
            throw StorageRefusal.From(e, folder.Folder);
        }
    }

    private static NodeFiles OpenAll(DataFolder folder, TimeProvider time)
    {
        // The host's logging does not exist yet, and the database must be open before the host is built.
        var files = new NodeFiles(folder, time, LoggerFactory.Create(logging => logging.AddSimpleConsole()));
        files.Database.Prepare(session =>
        {
            files.Register.Load(session);
            files.Register.Block(BlockedChapterTable.List(session).Select(chapter => chapter.Origin));
            DatabaseOwner.Check(session, files.Register, files.Key.Origin, folder.KeyPath);
            files.Own.Load(session);
        });
        files.Database.Join(files.Own);
        files.Database.Start();
        folder.CompleteFirstStart();
        return files;
    }
}
