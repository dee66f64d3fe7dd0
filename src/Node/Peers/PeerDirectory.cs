using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Peers;

/// <summary>The node's peers and journals for its admin: how they are, and what to do with them. Thread-safe.</summary>
public sealed class PeerDirectory
{
    private readonly NodeDatabase _database;
    private readonly JournalRegister _register;
    private readonly JournalReader _reader;
    private readonly ChapterBlocks _blocks;
    private readonly IGrainFactory _grains;

    internal PeerDirectory(NodeDatabase database, JournalRegister register, JournalReader reader, ChapterBlocks blocks, IGrainFactory grains)
    {
        _blocks = blocks;
        _database = database;
        _register = register;
        _reader = reader;
        _grains = grains;
    }

    /// <summary>Every peer, by name.</summary>
    public async Task<IReadOnlyList<PeerStatus>> ListAsync(CancellationToken cancellationToken = default)
    {
        var rows = _database.Read(PeerTable.List);
        var statuses = await Task.WhenAll(rows.Select(row => _grains.GetGrain<IPeerGrain>(row.Origin.ToString()).Status(cancellationToken)));
        return [.. statuses.OfType<PeerStatus>()];
    }

    /// <summary>
    /// The peer whose key begins with <paramref name="text"/> (8 digits or more), or whose chapter's name it is; null when there is none, or
    /// more than one.
    /// </summary>
    public string? Find(string text)
    {
        var matches = _database.Read(PeerTable.List)
            .Where(row => (text.Length >= 8 && row.Origin.ToString().StartsWith(text, StringComparison.OrdinalIgnoreCase))
                || string.Equals(row.Name, text, StringComparison.CurrentCultureIgnoreCase))
            .ToList();
        return matches is [var match] ? match.Origin.ToString() : null;
    }

    /// <summary>How one peer is; null: there is none with this key.</summary>
    public Task<PeerStatus?> FindAsync(string origin, CancellationToken cancellationToken = default) => Grain(origin).Status(cancellationToken);

    /// <summary>Hangs up and neither calls nor answers until resumed.</summary>
    public Task PauseAsync(string origin, CancellationToken cancellationToken = default) => Grain(origin).Pause(cancellationToken);

    /// <summary>Ends a pause or a block.</summary>
    public Task ResumeAsync(string origin, CancellationToken cancellationToken = default) => _blocks.IsBlocked(Protocol.Origin.Parse(origin))
        ? _blocks.UnblockAsync(Protocol.Origin.Parse(origin), cancellationToken)
        : Grain(origin).Resume(cancellationToken);

    /// <summary>Hangs up, refuses the peer, and hides its chapter, until the block ends: see <see cref="ChapterBlocks"/>.</summary>
    public Task BlockAsync(string origin, CancellationToken cancellationToken = default) => _blocks.BlockAsync(Protocol.Origin.Parse(origin), cancellationToken);

    /// <summary>Sets the address that is called before all others; empty: none is set any more. False when it is no http or https address.</summary>
    public async Task<bool> SetAddressAsync(string origin, string address, CancellationToken cancellationToken = default)
    {
        if (address.Length > 0 && PeerAddresses.Normal(address) is null)
            return false;
        await Grain(origin).SetAddress(address, cancellationToken);
        return true;
    }

    /// <summary>Forgets the peer; what is held stays.</summary>
    public Task RemoveAsync(string origin, CancellationToken cancellationToken = default) => Grain(origin).Remove(cancellationToken);

    /// <summary>Calls now instead of waiting.</summary>
    public Task CallNowAsync(string origin, CancellationToken cancellationToken = default) => Grain(origin).CallNow(cancellationToken);

    /// <summary>Every journal held, by origin and epoch.</summary>
    public IReadOnlyList<HeldJournal> ListJournals() =>
        [.. _register.All.OrderBy(journal => journal.Journal).Select(journal => new HeldJournal(
            journal.Journal.Origin.ToString(),
            journal.Journal.Epoch,
            journal.Size,
            (journal.Head?.Range.Root() ?? Hash.Empty).ToString(),
            _reader.NewestEntryAt(journal),
            journal.CarriedBy?.ToString(),
            journal.Quarantine,
            _reader.CountMissingBodies(journal),
            _register.IsBlocked(journal.Journal.Origin)))];

    /// <summary>SHA-256 over all that is held, 64 hexadecimal digits: equal on two nodes that hold the same.</summary>
    public string FrontierDigest() => HeadsDigest(_register);

    internal static string HeadsDigest(JournalRegister register) =>
        Protocol.FrontierDigest.Of(register.All.Select(journal => journal.Head).OfType<JournalHead>()).ToString();

    private IPeerGrain Grain(string origin) => _grains.GetGrain<IPeerGrain>(origin);
}

/// <summary>A journal as this node holds it.</summary>
/// <param name="Origin">Its origin's key, 64 hexadecimal digits.</param>
/// <param name="Epoch">Which epoch.</param>
/// <param name="Size">Entries held.</param>
/// <param name="Root">Root hash of these entries, 64 hexadecimal digits.</param>
/// <param name="NewestEntryAt">Time of the newest by its origin's clock; null when empty.</param>
/// <param name="CarriedBy">Key of the peer that first brought it; null: our own, or a peer's own.</param>
/// <param name="Quarantine">Why it is no longer followed; null: it is.</param>
/// <param name="MissingBodies">Living records whose body is not held.</param>
/// <param name="IsBlocked">Its chapter is blocked: it is held, and neither followed nor shown.</param>
public sealed record HeldJournal(
    string Origin, uint Epoch, ulong Size, string Root, DateTimeOffset? NewestEntryAt, string? CarriedBy, string? Quarantine, long MissingBodies,
    bool IsBlocked = false);
