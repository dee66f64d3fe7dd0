using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using OuiShare.Federation.Node.Integrity;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;
using Origin = OuiShare.Federation.Protocol.Origin;

namespace OuiShare.Federation.Node.Tests.Journal;

/// <summary>Journals in a SQLite file, put together as a node does it.</summary>
internal sealed class SqliteJournalStore : IJournalStoreUnderTest
{
    private readonly TemporaryFolder? _ownFolder;
    private readonly string _folder;
    private readonly byte[] _seed;
    private readonly TimeProvider _time;
    private NodeKey _key = null!;
    private JournalRegister _register = null!;
    private ReplicaJournals _replicas = null!;
    private JournalReader _reader = null!;

    /// <summary>A store; in a folder of its own unless one is named, which may then have several at once.</summary>
    public SqliteJournalStore(string? folder = null, byte[]? seed = null, TimeProvider? time = null)
    {
        _ownFolder = folder is null ? new TemporaryFolder() : null;
        _folder = folder ?? _ownFolder!.Path;
        _seed = seed ?? RandomNumberGenerator.GetBytes(32);
        _time = time ?? TimeProvider.System;
        Open();
    }

    public NodeDatabase Database { get; private set; } = null!;

    public OwnJournal Journal { get; private set; } = null!;

    public JournalId Own => Journal.Journal;

    public Task<IReadOnlyList<EntryPlace>> AppendAsync(params IReadOnlyList<EntryDraft> drafts) =>
        Journal.WriteAsync<IReadOnlyList<EntryPlace>>((_, own) => [.. drafts.Select(own.Append)]);

    public Task StartEpochAsync() => Journal.StartEpochAsync(Journal.Journal.Epoch, CancellationToken.None);

    public Task<StoreResult> StoreAsync(VerifiedRange range) => _replicas.StoreAsync(range, carriedBy: null, CancellationToken.None);

    public IReadOnlyCollection<JournalId> FindGivenUp() => _replicas.FindGivenUp(_register.Split().Followed);

    public Entries? ReadRun(JournalId journal, ulong from, int maxBytes) => _reader.ReadRun(journal, from, maxBytes);

    public JournalHead? Head(JournalId journal) => _register.Find(journal)?.Head;

    public StoredRecord? FindRecord(Origin origin, RecordId id) => _reader.FindRecord(origin, RecordKind.Event, id);

    public long CountMissingBodies(JournalId journal) => _reader.CountMissingBodies(_register.Find(journal)!);

    public async Task<bool> HoldsAsync(string letters)
    {
        // The work is acknowledged before the files are written anew; the duty to do that stands in the settings until it is done.
        await Eventually.HoldsAsync(() => Assert.Equal(0, Database.Read(session => session.Scalar<long>("SELECT count(*) FROM settings WHERE name = 'erasing'"))));
        return Directory.EnumerateFiles(_folder).Any(file => Bytes.Read(file).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(letters)) >= 0);
    }

    public async Task ReopenAsync()
    {
        await CloseAsync();
        Open();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _ownFolder?.Dispose();
    }

    private void Open()
    {
        var path = Path.Combine(_folder, "node.db");
        Database = NodeDatabase.Open(path, create: !File.Exists(path), _time, NullLogger.Instance);
        var feed = new JournalFeed();
        _key = NodeKey.FromSeed(_seed);
        _register = new JournalRegister();
        Journal = new OwnJournal(Database, _register, feed, _key, _time);
        Database.Prepare(session =>
        {
            _register.Load(session);
            Journal.Load(session);
        });
        Database.Join(Journal);
        Database.Start();
        Journal.Open();
        _replicas = new ReplicaJournals(Database, _register, feed, _time);
        _reader = new JournalReader(
            Database, _register, new DamageRegister(Path.GetDirectoryName(Database.Path)!, _time, NullLogger<DamageRegister>.Instance), NullLogger<JournalReader>.Instance);
    }

    private async Task CloseAsync()
    {
        await Database.DisposeAsync();
        _key.Dispose();
    }
}
