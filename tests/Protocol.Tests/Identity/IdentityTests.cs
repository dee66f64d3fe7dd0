namespace OuiShare.Federation.Protocol.Tests.Identity;

public sealed class IdentityTests
{
    // RFC 8032 section 7.1, test 2.
    private const string Seed = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
    private const string PublicKey = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    private const string Signature =
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

    [Fact]
    public void Keys_sign_as_RFC_8032_says()
    {
        using var key = NodeKey.FromSeed(Convert.FromHexString(Seed));

        Assert.Equal(PublicKey, key.Origin.ToString());
        Assert.Equal(Signature, Convert.ToHexStringLower(key.Sign([0x72])));
        Assert.True(key.Origin.Verify([0x72], Convert.FromHexString(Signature)));
        Assert.False(key.Origin.Verify([0x73], Convert.FromHexString(Signature)));
        Assert.Equal(Seed, Convert.ToHexStringLower(key.ExportSeed()));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000", "zero")]
    [InlineData("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da", "half")]
    [InlineData("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69daf52db73f9df8ab8a31fd3e8a5a9b5e2f8c7b2eaeb4302aeeb00d291612bb0c10", "S not reduced")]
    public void What_is_no_signature_is_refused(string signature, string why) =>
        Assert.False(Origin.Parse(PublicKey).Verify([0x72], Convert.FromHexString(signature)), why);

    /// <summary>Under a key of small order a signature of zeros would fit many messages.</summary>
    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    public void Nothing_verifies_under_a_key_of_small_order(string key)
    {
        var signature = new byte[NodeKey.SignatureSize];
        signature[0] = 1;

        Assert.False(Origin.Parse(key).Verify([], signature));
    }

    [Fact]
    public void Origins_are_read_from_their_text_and_ordered_by_their_bytes()
    {
        var low = Origin.Parse(new string('0', 62) + "01");
        var high = Origin.Parse("FF" + new string('0', 62));

        Assert.True(low < high);
        Assert.Equal("ff" + new string('0', 62), high.ToString());
        Assert.Equal(high, Origin.FromBytes(high.ToByteArray()));
        Assert.Equal("ff" + new string('0', 18), high.Short);
        Assert.False(Origin.TryParse(new string('0', 63), out _));
        Assert.False(Origin.TryParse(new string('g', 64), out _));
    }

    [Fact]
    public void Record_ids_are_the_bytes_of_their_guid_as_its_text_shows_them()
    {
        var guid = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");

        var id = RecordId.From(guid);

        Assert.Equal("00112233445566778899aabbccddeeff", id.ToString());
        Assert.Equal(guid, id.ToGuid());
        Assert.Equal(id, RecordId.Parse(id.ToString()));
        Assert.Equal(id, RecordId.FromBytes(id.ToByteArray()));
        Assert.Equal(new string('0', 32), RecordId.Zero.ToString());
    }

    [Fact]
    public void The_id_of_an_imported_event_follows_from_origin_and_uid()
    {
        var (a, b) = (Chapters.OriginOf(1), Chapters.OriginOf(2));

        var id = RecordId.FromUid(a, "drink-12@paris.example");

        Assert.Equal(id, RecordId.FromUid(a, "drink-12@paris.example"));
        Assert.NotEqual(id, RecordId.FromUid(b, "drink-12@paris.example"));
        Assert.NotEqual(id, RecordId.FromUid(a, "drink-13@paris.example"));
        Assert.Equal((8, 2), (id.ToGuid().Version, id.ToGuid().Variant >> 2));
    }
}
