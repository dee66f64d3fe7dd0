namespace OuiShare.Federation.Protocol.Tests.Merkle;

public sealed class MerkleRangeTests
{
    // The eight leaves and roots that Google's Certificate Transparency tests use for RFC 6962.
    private static readonly string[] Leaves =
    [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ];

    private static readonly string[] Roots =
    [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    [Fact]
    public void The_tree_without_leaves_has_the_root_that_RFC_6962_names() =>
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", new MerkleRange().Root().ToString());

    [Fact]
    public void Roots_are_those_of_RFC_6962()
    {
        var range = new MerkleRange();

        for (var i = 0; i < Leaves.Length; i++)
        {
            range.Append(Hash.OfLeaf(Convert.FromHexString(Leaves[i])));

            Assert.Equal(Roots[i], range.Root().ToString());
        }
    }

    [Fact]
    public void Two_ranges_that_meet_give_the_root_of_the_whole_wherever_they_meet()
    {
        var leaves = RandomLeaves(70, seed: 1);
        for (var size = 0; size <= leaves.Length; size++)
        {
            for (var split = 0; split <= size; split++)
            {
                var left = Of(leaves, 0, split);
                left.Merge(Of(leaves, split, size));

                Assert.Equal(NaiveRoot(leaves.AsSpan(0, size)), left.Root());
            }
        }
    }

    [Fact]
    public void A_range_cut_at_random_places_and_joined_again_is_the_range()
    {
        const int seed = 20261203;
        var random = new Random(seed);
        var leaves = RandomLeaves(1000, seed);
        for (var round = 0; round < 300; round++)
        {
            var begin = random.Next(leaves.Length);
            var end = random.Next(begin, leaves.Length + 1);
            var middle = random.Next(begin, end + 1);
            var joined = Of(leaves, begin, middle);

            joined.Merge(Of(leaves, middle, end));

            Assert.True(Of(leaves, begin, end).Hashes.SequenceEqual(joined.Hashes), $"seed {seed}, [{begin},{middle},{end})");
        }
    }

    [Fact]
    public void Every_subtree_is_reported_once_and_with_its_hash()
    {
        var leaves = RandomLeaves(300, seed: 2);
        var reported = new Dictionary<SubtreePlace, Hash>();
        var range = new MerkleRange();

        foreach (var leaf in leaves)
            range.Append(leaf, subtree => reported.Add(subtree.Place, subtree.Hash));

        Assert.Equal(Of(leaves, 0, 256).Hashes[0], reported[new SubtreePlace(8, 0)]);
        Assert.All(reported, pair => Assert.Equal(Of(leaves, (int)pair.Key.Begin, (int)pair.Key.End).Hashes[0], pair.Value));
        Assert.Equal(300 / 2 + 300 / 4 + 300 / 8 + 300 / 16 + 300 / 32 + 300 / 64 + 300 / 128 + 300 / 256, reported.Count);
    }

    [Fact]
    public void Subtrees_cover_a_range_without_gap_and_match_its_hashes()
    {
        var leaves = RandomLeaves(100, seed: 3);
        for (var begin = 0; begin <= leaves.Length; begin += 3)
        {
            var places = MerkleRange.Subtrees((ulong)begin, 100);

            Assert.Equal(Of(leaves, begin, 100).Hashes.Length, places.Count);
            Assert.Equal(places.Count, MerkleRange.CountSubtrees((ulong)begin, 100));
            Assert.Equal((ulong)(100 - begin), (ulong)places.Sum(place => (long)(place.End - place.Begin)));
        }
    }

    [Fact]
    public void A_range_is_the_same_after_it_was_written_and_read()
    {
        var range = Of(RandomLeaves(77, seed: 4), 0, 77);

        var read = MerkleRange.FromBytes(77, range.ToBytes());
        read.Append(Hash.Empty);
        range.Append(Hash.Empty);

        Assert.Equal(range.Root(), read.Root());
    }

    [Fact]
    public void Bytes_of_another_size_are_not_a_range() =>
        Assert.Throws<ArgumentException>(() => MerkleRange.FromBytes(3, new byte[32]));

    [Fact]
    public void A_clone_grows_alone()
    {
        var range = Of(RandomLeaves(5, seed: 5), 0, 5);
        var root = range.Root();

        range.Clone().Append(Hash.Empty);

        Assert.Equal((5UL, root), (range.End, range.Root()));
    }

    [Fact]
    public void The_largest_tree_still_has_a_right_side_within_the_limit() =>
        Assert.InRange(MerkleRange.CountSubtrees(1, Limits.JournalEntries - 1), 1, Limits.RightHashes);

    private static MerkleRange Of(Hash[] leaves, int begin, int end)
    {
        var range = new MerkleRange((ulong)begin);
        foreach (var leaf in leaves[begin..end])
            range.Append(leaf);
        return range;
    }

    private static Hash[] RandomLeaves(int count, int seed)
    {
        var random = new Random(seed);
        var bytes = new byte[Hash.Size];
        var leaves = new Hash[count];
        for (var i = 0; i < count; i++)
        {
            random.NextBytes(bytes);
            leaves[i] = Hash.OfLeaf(bytes);
        }

        return leaves;
    }

    // RFC 6962 section 2.1, word for word.
    private static Hash NaiveRoot(ReadOnlySpan<Hash> leaves)
    {
        if (leaves.Length == 0)
            return Hash.Empty;
        if (leaves.Length == 1)
            return leaves[0];
        var split = 1;
        while (split * 2 < leaves.Length)
            split *= 2;
        return Hash.OfNode(NaiveRoot(leaves[..split]), NaiveRoot(leaves[split..]));
    }
}
