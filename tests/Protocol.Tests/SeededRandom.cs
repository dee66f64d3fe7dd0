using System.Security.Cryptography;

namespace OuiShare.Federation.Protocol.Tests;

/// <summary>A generator that gives the same bytes for the same seed, where the program takes the system's.</summary>
internal sealed class SeededRandom(int seed) : RandomNumberGenerator
{
    private readonly Random _random = new(seed);

    public override void GetBytes(byte[] data) => _random.NextBytes(data);

    public override void GetBytes(Span<byte> data) => _random.NextBytes(data);
}
