using Microsoft.Data.Sqlite;

namespace OuiShare.Federation.Search.Storage;

/// <summary>The SQLite file behind the index: its tables, how it is opened, and how it is given up when it cannot be read.</summary>
internal static class IndexFile
{
    // Raise it with every change to the tables, to how words are folded, or to what documents hold; files of another number are dropped and rebuilt.
    private const int SchemaVersion = 3;

    // sqlite.org/rescode.html
    private const int SqliteCorrupt = 11;
    private const int SqliteNotADatabase = 26;

    // words      FTS5 without a copy of its texts; rowid = documents.id. A batch of a thousand documents gathers in 8 MiB of
    //            memory before it is written, which takes a third of the time off a first copy.
    // documents  the narrow facts that a match by words is filtered by.
    // spans      an occurrence with the same facts beside it, ordered by end: "upcoming" is its tail, read without a join.
    //            A row is the one to show while previous_end < now <= end; after the end too when is_last.
    // contents   the wide columns, read only for what is handed back.
    // remains    documents that were removed and whose words still stand in the file, until it is compacted.
    private const string Schema = """
        CREATE VIRTUAL TABLE words USING fts5(title, tags, place, text,
            content='', contentless_delete=1, prefix='2 3', tokenize='unicode61 remove_diacritics 2');
        INSERT INTO words (words, rank) VALUES ('hashsize', 8388608);
        CREATE TABLE documents (
            id INTEGER PRIMARY KEY,
            group_id INTEGER NOT NULL, languages TEXT NOT NULL, format TEXT NOT NULL, tags TEXT NOT NULL,
            is_online INTEGER NOT NULL, is_cancelled INTEGER NOT NULL,
            x REAL, y REAL, z REAL,
            last_end INTEGER, refresh_at INTEGER, feed_hash INTEGER, occurrences BLOB NOT NULL);
        CREATE INDEX documents_to_refresh ON documents (refresh_at) WHERE refresh_at IS NOT NULL;
        CREATE TABLE spans (
            "end" INTEGER NOT NULL, document_id INTEGER NOT NULL, start INTEGER NOT NULL,
            previous_end INTEGER NOT NULL, is_last INTEGER NOT NULL,
            group_id INTEGER NOT NULL, languages TEXT NOT NULL, format TEXT NOT NULL, is_online INTEGER NOT NULL,
            x REAL, y REAL, z REAL,
            PRIMARY KEY ("end", document_id)) WITHOUT ROWID;
        CREATE TABLE contents (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, stored BLOB NOT NULL, feed_text TEXT);
        CREATE TABLE groups (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
        CREATE TABLE remains (document_id INTEGER PRIMARY KEY);
        CREATE TABLE cursors (name TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
        """;

    /// <summary>Opens the file for writing; one that is unreadable, damaged or of another version is dropped and begun anew.</summary>
    /// <exception cref="SqliteException">The file cannot be reached (rights, disk): nothing was dropped.</exception>
    public static (SqliteConnection Writer, bool WasReset) OpenWriter(string path)
    {
        if (!File.Exists(DamageMark(path)) && TryOpenWriter(path) is { } writer)
            return (writer, WasReset: false);

        return (BeginAnew(path), WasReset: true);
    }

    /// <summary>Drops the file and begins a new one. Nobody may have it open.</summary>
    public static SqliteConnection BeginAnew(string path)
    {
        foreach (var file in new[] { path, path + "-wal", path + "-shm", path + "-journal", DamageMark(path) })
            File.Delete(file);
        return TryOpenWriter(path) ?? throw new InvalidOperationException($"A new search index at {path} is unreadable.");
    }

    /// <summary>Whether <see cref="NoteDamage"/> met any since the file was begun.</summary>
    public static bool IsDamageNoted(string path) => File.Exists(DamageMark(path));

    /// <summary>A connection for one reader at a time.</summary>
    public static SqliteConnection OpenReader(string path)
    {
        var connection = Connect(path);
        // A query touches a few hundred pages, and the operating system caches the rest for all readers together. Mapping the file
        // was no faster at 100,000 documents, and a mapped file that loses its end takes the process with it.
        Execute(connection, "PRAGMA cache_size = -2048; PRAGMA temp_store = MEMORY; PRAGMA query_only = ON;");
        return connection;
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>
    /// Remembers beside the file that it is damaged, so that the next start rebuilds it. Always false: it is an exception filter,
    /// which looks at the exception on its way to whoever handles it.
    /// </summary>
    public static bool NoteDamage(string path, SqliteException exception)
    {
        if (IsDamage(exception))
            File.WriteAllText(DamageMark(path), exception.Message);
        return false;
    }

    private static SqliteConnection? TryOpenWriter(string path)
    {
        var connection = Connect(path);
        try
        {
            // NORMAL may lose the last batches in a power cut, with their cursors: they are read again from the journals.
            Execute(connection, """
                PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8192; PRAGMA secure_delete = FAST;
                PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 33554432;
                """);
            var version = Scalar(connection, "PRAGMA user_version");
            if (version == 0 && Scalar(connection, "SELECT count(*) FROM sqlite_schema") == 0)
            {
                Execute(connection, $"BEGIN; {Schema} PRAGMA user_version = {SchemaVersion}; COMMIT;");
                version = SchemaVersion;
            }
            if (version == SchemaVersion)
            {
                // Reads the root of each tree that a query begins with, where damage is cheap to see.
                Scalar(connection, """SELECT count(*) FROM (SELECT rowid FROM words WHERE words MATCH '"a"' LIMIT 1)""");
                Scalar(connection, "SELECT count(*) FROM cursors");
                return connection;
            }
        }
        catch (SqliteException exception) when (IsDamage(exception))
        {
            // Falls through to the same answer as another version: there is nothing here that cannot be derived again.
        }
        connection.Dispose();
        return null;
    }

    // Not the provider's pool: connections are kept by their owner, and dropping the file needs them truly closed.
    private static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private static long Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>SQLite found a page malformed.</summary>
    public static bool IsDamage(SqliteException exception) => exception.SqliteErrorCode is SqliteCorrupt or SqliteNotADatabase;

    private static string DamageMark(string path) => path + "-damaged";
}
