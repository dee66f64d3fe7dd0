using Google.Protobuf;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol.Tests.Identity;

/// <summary>What proves that two processes run with one key: another's signature, and none that somebody kept from before.</summary>
public sealed class NodeInstanceTests : IDisposable
{
    private readonly NodeKey _key = Chapters.Key(1);

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    [Fact]
    public void Another_process_of_the_key_is_proven_by_what_it_signs_after_our_start() =>
        Assert.True(Started(1).ProvesAnother(_key.Origin, Started(2).Say(_key, Chapters.Noon.AddSeconds(1))));

    [Fact]
    public void Our_own_word_proves_nothing()
    {
        var ours = Started(1);

        Assert.False(ours.ProvesAnother(_key.Origin, ours.Say(_key, Chapters.Noon.AddSeconds(1))));
    }

    [Fact]
    public void A_word_of_the_process_before_us_proves_nothing() =>
        Assert.False(Started(1).ProvesAnother(_key.Origin, Started(2).Say(_key, Chapters.Noon.AddMilliseconds(-1))));

    [Fact]
    public void What_was_changed_or_signed_by_another_key_proves_nothing()
    {
        using var other = Chapters.Key(2);
        var later = Started(2).Say(_key, Chapters.Noon.AddSeconds(1));
        later.SaidAtUnixMs++;
        var foreign = Started(2).Say(other, Chapters.Noon.AddSeconds(1));
        var shortened = new Alive { Instance = ByteString.CopyFrom(1, 2, 3), SaidAtUnixMs = later.SaidAtUnixMs, Signature = later.Signature };

        Assert.All([later, foreign, shortened, new Alive()], alive => Assert.False(Started(1).ProvesAnother(_key.Origin, alive)));
    }

    private static NodeInstance Started(int seed)
    {
        using var random = new SeededRandom(seed);
        return NodeInstance.Start(random, Chapters.Noon);
    }
}
