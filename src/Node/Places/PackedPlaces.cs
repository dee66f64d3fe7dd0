using System.Buffers.Binary;
using System.Text;

namespace OuiShare.Federation.Node.Places;

/// <summary>
/// Reads places.bin, whose format is drawn in pack-places.py. One reader serves one query on one thread; opening it is
/// cheap, because the file is a resource of this assembly and only its pages that are read come into memory.
/// </summary>
internal sealed class PackedPlaces : IDisposable
{
    /// <summary>Bytes of one place.</summary>
    public const int PlaceBytes = 20;

    /// <summary>Bytes of one entry in the list of names.</summary>
    public const int NameBytes = 8;

    private const int HeaderBytes = 8 + 6 * 4;

    private readonly Stream _file;
    private readonly int _namesAt;
    private readonly int _regionCount;
    private readonly int _regionsAt;
    private readonly int _textsAt;

    public PackedPlaces()
    {
        _file = typeof(PackedPlaces).Assembly.GetManifestResourceStream("places.bin")
            ?? throw new InvalidOperationException("This assembly was built without places.bin.");
        Span<byte> header = stackalloc byte[HeaderBytes];
        Read(at: 0, header);
        if (!header[..8].SequenceEqual("OUIPLC01"u8))
            throw new InvalidDataException("places.bin has another format than this program reads.");

        PlaceCount = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        NameCount = BinaryPrimitives.ReadInt32LittleEndian(header[12..]);
        _regionCount = BinaryPrimitives.ReadInt32LittleEndian(header[16..]);
        _namesAt = BinaryPrimitives.ReadInt32LittleEndian(header[20..]);
        _regionsAt = BinaryPrimitives.ReadInt32LittleEndian(header[24..]);
        _textsAt = BinaryPrimitives.ReadInt32LittleEndian(header[28..]);
    }

    /// <summary>How many places there are; they are numbered from 0, the most populous first.</summary>
    public int PlaceCount { get; }

    /// <summary>How many names there are, ordered by their folded form.</summary>
    public int NameCount { get; }

    /// <summary>The name at <paramref name="index"/> in the order of folded names.</summary>
    public string NameAt(int index)
    {
        Span<byte> entry = stackalloc byte[NameBytes];
        Read(_namesAt + index * NameBytes, entry);
        return Text(BinaryPrimitives.ReadInt32LittleEndian(entry));
    }

    /// <summary>The numbers of the places that the names from <paramref name="from"/> to before <paramref name="to"/> belong to.</summary>
    public int[] PlacesOfNames(int from, int to)
    {
        var bytes = new byte[(to - from) * NameBytes];
        Read(_namesAt + from * NameBytes, bytes);
        var places = new int[to - from];
        for (var i = 0; i < places.Length; i++)
            places[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(i * NameBytes + 4));
        return places;
    }

    /// <summary>The two letters of the place's country.</summary>
    public string CountryOf(int place)
    {
        Span<byte> country = stackalloc byte[2];
        Read(HeaderBytes + place * PlaceBytes + 16, country);
        return Encoding.ASCII.GetString(country);
    }

    /// <summary>The whole place.</summary>
    public PlaceMatch Place(int number)
    {
        Span<byte> place = stackalloc byte[PlaceBytes];
        Read(HeaderBytes + number * PlaceBytes, place);
        return new PlaceMatch(
            Text(BinaryPrimitives.ReadInt32LittleEndian(place[12..])),
            Region(BinaryPrimitives.ReadUInt16LittleEndian(place[18..])),
            Encoding.ASCII.GetString(place[16..18]),
            BinaryPrimitives.ReadInt32LittleEndian(place) / 1e5,
            BinaryPrimitives.ReadInt32LittleEndian(place[4..]) / 1e5,
            BinaryPrimitives.ReadUInt32LittleEndian(place[8..]));
    }

    /// <summary>Copies the raw places from <paramref name="first"/> on into <paramref name="places"/>; says how many.</summary>
    public int ReadPlaces(int first, Span<byte> places)
    {
        var count = Math.Min(PlaceCount - first, places.Length / PlaceBytes);
        Read(HeaderBytes + first * PlaceBytes, places[..(count * PlaceBytes)]);
        return count;
    }

    /// <summary>The names of all regions; several countries may have one of the same name.</summary>
    public IEnumerable<string> Regions() => Enumerable.Range(1, _regionCount).Select(Region);

    public void Dispose() => _file.Dispose();

    private string Region(int number)
    {
        if (number == 0)
            return "";
        Span<byte> offset = stackalloc byte[4];
        Read(_regionsAt + (number - 1) * 4, offset);
        return Text(BinaryPrimitives.ReadInt32LittleEndian(offset));
    }

    private string Text(int offset)
    {
        Span<byte> text = stackalloc byte[256];
        _file.Position = _textsAt + offset;
        var length = _file.ReadByte();
        _file.ReadExactly(text[..length]);
        return Encoding.UTF8.GetString(text[..length]);
    }

    private void Read(int at, Span<byte> into)
    {
        _file.Position = at;
        _file.ReadExactly(into);
    }
}
