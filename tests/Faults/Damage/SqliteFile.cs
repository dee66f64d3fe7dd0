using System.Buffers.Binary;
using System.Text;

namespace OuiShare.Federation.Faults.Damage;

/// <summary>
/// The bytes of an SQLite database that nobody has open, read far enough to know which page belongs to which table
/// (https://www.sqlite.org/fileformat.html, sections 1.3, 1.6 and 2.1). SQLite itself would only tell with an extension that is not built in.
/// </summary>
internal sealed class SqliteFile
{
    private const int FileHeaderBytes = 100;
    private const byte InteriorIndex = 0x02;
    private const byte InteriorTable = 0x05;
    private const byte LeafIndex = 0x0a;
    private const byte LeafTable = 0x0d;

    private readonly string _path;
    private readonly byte[] _bytes;
    private readonly int _pageBytes;

    private SqliteFile(string path, byte[] bytes)
    {
        (_path, _bytes) = (path, bytes);
        var size = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(16));
        _pageBytes = size == 1 ? 65_536 : size;
    }

    /// <summary>Reads a database file. One with a write-ahead log beside it is refused: its pages are not what SQLite reads.</summary>
    public static SqliteFile Read(string path)
    {
        if (new FileInfo(path + "-wal") is { Exists: true, Length: > 0 })
            throw new InvalidOperationException($"{path} was not closed: it has a write-ahead log.");
        return new SqliteFile(path, File.ReadAllBytes(path));
    }

    /// <summary>Tables and indexes, with the page each begins at.</summary>
    public IReadOnlyList<SqliteTree> Trees() => [.. LeavesOf(root: 1).SelectMany(CellsOf).Select(ReadTree)];

    /// <summary>The leaf pages of a tree, in order; one at least.</summary>
    public IReadOnlyList<int> LeavesOf(int root)
    {
        var leaves = new List<int>();
        var waiting = new Stack<int>([root]);
        while (waiting.TryPop(out var page))
        {
            if (_bytes[HeaderOf(page)] is LeafIndex or LeafTable)
                leaves.Add(page);
            else
                ChildrenOf(page).Reverse().ToList().ForEach(waiting.Push);
        }

        return leaves;
    }

    /// <summary>Where the rows of a leaf page lie: each value's place in the file, as far as it lies on this page.</summary>
    public IReadOnlyList<IReadOnlyList<SqliteValue>> CellsOf(int page) => [.. CellOffsets(page).Select(cell => ReadValues(page, cell))];

    /// <summary>Where the header of a page lies, whose first byte says what kind of page it is.</summary>
    public int HeaderOf(int page) => ((page - 1) * _pageBytes) + (page == 1 ? FileHeaderBytes : 0);

    /// <summary>Changes one bit and writes the file.</summary>
    public void Flip(int offset, int bit)
    {
        _bytes[offset] ^= (byte)(1 << bit);
        File.WriteAllBytes(_path, _bytes);
    }

    private SqliteTree ReadTree(IReadOnlyList<SqliteValue> row) =>
        new(IsTable: Text(row[0]) == "table", Name: Text(row[1]), Table: Text(row[2]), Root: (int)Number(row[3]));

    private string Text(SqliteValue value) => Encoding.UTF8.GetString(_bytes, value.Offset, value.Bytes);

    private long Number(SqliteValue value)
    {
        // Serial types 8 and 9 are 0 and 1 without a byte.
        long number = value.Type == 9 ? 1 : 0;
        for (var i = 0; i < value.Bytes; i++)
            number = (number << 8) | _bytes[value.Offset + i];
        return number;
    }

    private IEnumerable<int> CellOffsets(int page)
    {
        var header = HeaderOf(page);
        var pointers = header + (_bytes[header] is LeafIndex or LeafTable ? 8 : 12);
        for (var i = 0; i < UInt16(header + 3); i++)
            yield return ((page - 1) * _pageBytes) + UInt16(pointers + (2 * i));
    }

    private IEnumerable<int> ChildrenOf(int page)
    {
        var header = HeaderOf(page);
        if (_bytes[header] is not (InteriorIndex or InteriorTable))
            throw new InvalidOperationException($"Page {page} of {_path} is of no kind that is known: {_bytes[header]}.");
        return [.. CellOffsets(page).Select(Int32), Int32(header + 8)];
    }

    private List<SqliteValue> ReadValues(int page, int cell)
    {
        var isTable = _bytes[HeaderOf(page)] == LeafTable;
        var offset = cell;
        var payload = (int)Varint(ref offset);
        if (isTable)
            Varint(ref offset);
        var end = offset + LocalBytes(payload, isTable);
        var types = offset;
        var value = offset + (int)Varint(ref types);
        var endOfTypes = value;
        var values = new List<SqliteValue>();
        while (types < endOfTypes)
        {
            var type = Varint(ref types);
            var bytes = BytesOf(type);
            values.Add(new SqliteValue(type, value, Math.Clamp(end - value, 0, bytes)));
            value += bytes;
        }

        return values;
    }

    // What does not fit lies on overflow pages: section 1.6, "Cell Payload Overflow Pages". No page here has reserved bytes.
    private int LocalBytes(int payload, bool isTable)
    {
        var most = isTable ? _pageBytes - 35 : ((_pageBytes - 12) * 64 / 255) - 23;
        if (payload <= most)
            return payload;
        var least = ((_pageBytes - 12) * 32 / 255) - 23;
        var local = least + ((payload - least) % (_pageBytes - 4));
        return local <= most ? local : least;
    }

    private static int BytesOf(long type) => type switch
    {
        <= 4 => (int)type,
        5 => 6,
        6 or 7 => 8,
        8 or 9 => 0,
        _ => (int)((type - 12) / 2),
    };

    private long Varint(ref int offset)
    {
        long value = 0;
        for (var i = 0; i < 8; i++)
        {
            var next = _bytes[offset++];
            value = (value << 7) | (next & 0x7fL);
            if (next < 0x80)
                return value;
        }

        return (value << 8) | _bytes[offset++];
    }

    private int UInt16(int offset) => BinaryPrimitives.ReadUInt16BigEndian(_bytes.AsSpan(offset));

    private int Int32(int offset) => BinaryPrimitives.ReadInt32BigEndian(_bytes.AsSpan(offset));
}

/// <summary>A table or an index.</summary>
/// <param name="IsTable">False: an index.</param>
/// <param name="Name">Its own name.</param>
/// <param name="Table">The table it belongs to.</param>
/// <param name="Root">The page it begins at, from 1.</param>
internal sealed record SqliteTree(bool IsTable, string Name, string Table, int Root);

/// <summary>One value of a row.</summary>
/// <param name="Type">SQLite's serial type.</param>
/// <param name="Offset">Where it begins in the file.</param>
/// <param name="Bytes">How many bytes of it lie there.</param>
internal readonly record struct SqliteValue(long Type, int Offset, int Bytes);
