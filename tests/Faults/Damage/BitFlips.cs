namespace OuiShare.Federation.Faults.Damage;

/// <summary>Changes single bits in files that nobody has open.</summary>
internal static class BitFlips
{
    /// <summary>Changes a bit of the longest value of a row. SQLite itself does not notice that; only a hash over the value can.</summary>
    /// <returns>Where; null when the tree has no row with a value to change.</returns>
    public static string? FlipValue(string database, string tree, Random random)
    {
        var file = SqliteFile.Read(database);
        var leaves = file.LeavesOf(RootOf(file, tree)).Where(leaf => file.CellsOf(leaf).Count > 0).ToList();
        if (leaves.Count == 0)
            return null;
        var leaf = leaves[random.Next(leaves.Count)];
        var cells = file.CellsOf(leaf);
        var row = random.Next(cells.Count);
        var value = cells[row].MaxBy(value => value.Bytes);
        if (value.Bytes == 0)
            return null;
        var (offset, bit) = (value.Offset + random.Next(value.Bytes), random.Next(8));
        file.Flip(offset, bit);
        return $"bit {bit} of byte {offset}, in a value of {value.Bytes} bytes in row {row} of page {leaf} of {tree}";
    }

    /// <summary>Changes a bit of the byte that says what kind of page it is: SQLite notices as soon as it reads the page.</summary>
    public static string FlipPage(string database, string tree, Random random)
    {
        var file = SqliteFile.Read(database);
        var leaves = file.LeavesOf(RootOf(file, tree));
        var leaf = leaves[random.Next(leaves.Count)];
        var bit = random.Next(8);
        file.Flip(file.HeaderOf(leaf), bit);
        return $"bit {bit} of the kind of page {leaf} of {tree}";
    }

    /// <summary>Changes a bit anywhere in a file.</summary>
    public static string FlipAnywhere(string path, Random random)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length == 0)
            throw new InvalidOperationException($"{path} is empty.");
        var (offset, bit) = (random.Next(bytes.Length), random.Next(8));
        bytes[offset] ^= (byte)(1 << bit);
        File.WriteAllBytes(path, bytes);
        return $"bit {bit} of byte {offset} of the {bytes.Length} of {Path.GetFileName(path)}";
    }

    /// <summary>Cuts a file short at a random place.</summary>
    public static string Truncate(string path, Random random)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
        var (was, kept) = (file.Length, random.NextInt64(file.Length));
        file.SetLength(kept);
        return $"{Path.GetFileName(path)} cut from {was} bytes to {kept}";
    }

    private static int RootOf(SqliteFile file, string tree) =>
        file.Trees().FirstOrDefault(known => known.Name == tree)?.Root ?? throw new InvalidOperationException($"There is no table or index {tree}.");
}
