using OuiShare.Federation.Faults.Damage;

namespace OuiShare.Federation.Faults.Kinds;

/// <summary>Every fault there is.</summary>
internal static class AllFaults
{
    /// <summary>
    /// Tables whose values are covered by hashes and signatures. In the others a changed value reads like any value: only damage to a page
    /// can be noticed there.
    /// </summary>
    private static readonly HashSet<string> Hashed = ["origins", "journals", "entries", "bodies", "records", "subtrees", "forks"];

    /// <summary>The faults, with one for each table of a node's database as it is today.</summary>
    /// <param name="tables">The names of its tables.</param>
    public static IReadOnlyList<IFault> Of(IEnumerable<string> tables) =>
    [
        new Kill(),
        new KillWhileStarting(),
        new PowerCut("ext4"),
        new PowerCut("xfs"),
        new FullDisk(),
        new Freeze(),
        new RollBack(losesLog: true),
        new RollBack(losesLog: false),
        new RunTwice(),
        .. tables.Select(FlipIn),
        new DamagedFile("flip-index", "node.db", FlipInIndex),
        new DamagedFile("flip-wal", "node.db-wal", (path, random) => new DamageDone(BitFlips.FlipAnywhere(path, random), MustBeTold: false)),
        new DamagedFile("flip-views", "views.db", (path, random) => new DamageDone(BitFlips.FlipAnywhere(path, random), MustBeTold: false)),
        new DamagedFile("flip-key", "node.key", FlipKey),
        new DamagedFile("flip-keys", "keys", (folder, random) => new DamageDone(BitFlips.FlipAnywhere(CookieKeyOf(folder), random), MustBeTold: false)),
        new DamagedFile("cut-db", "node.db", (path, random) => new DamageDone(BitFlips.Truncate(path, random), MustBeTold: true)),
        new DamagedFile("cut-wal", "node.db-wal", (path, random) => new DamageDone(BitFlips.Truncate(path, random), MustBeTold: false)),
        new DamagedFile("cut-views", "views.db", (path, random) => new DamageDone(BitFlips.Truncate(path, random), MustBeTold: false)),
        new DamagedFile("cut-key", "node.key", (path, random) => new DamageDone(BitFlips.Truncate(path, random), MustBeTold: true)),
        new DamagedFile("cut-keys", "keys", (folder, random) => new DamageDone(BitFlips.Truncate(CookieKeyOf(folder), random), MustBeTold: false)),
    ];

    private static DamagedFile FlipIn(string table) => new($"flip-{table}", "node.db", (path, random) =>
        random.Next(2) == 0 && BitFlips.FlipValue(path, table, random) is { } where
            ? new DamageDone(where, MustBeTold: Hashed.Contains(table))
            : new DamageDone(BitFlips.FlipPage(path, table, random), MustBeTold: true));

    private static DamageDone FlipInIndex(string path, Random random)
    {
        var indexes = SqliteFile.Read(path).Trees().Where(tree => !tree.IsTable).ToList();
        return new DamageDone(BitFlips.FlipPage(path, indexes[random.Next(indexes.Count)].Name, random), MustBeTold: true);
    }

    // A node of a day has one. Without it everybody is signed out, which whoever is reads at once.
    private static string CookieKeyOf(string folder) => Directory.EnumerateFiles(folder, "*.xml").Order(StringComparer.Ordinal).First();

    // The last byte is the end of the line, which means nothing.
    private static DamageDone FlipKey(string path, Random random)
    {
        var was = File.ReadAllText(path).Trim();
        var where = BitFlips.FlipAnywhere(path, random);
        return new DamageDone(where, MustBeTold: !string.Equals(File.ReadAllText(path).Trim(), was, StringComparison.OrdinalIgnoreCase));
    }
}
