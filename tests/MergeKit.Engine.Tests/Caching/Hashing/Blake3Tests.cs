using System.Runtime.Intrinsics;
using MergeKit.Engine.Caching.Hashing;

namespace MergeKit.Engine.Tests.Caching.Hashing;

public sealed class Blake3Tests
{
    private const int Kibibyte = 1024;

    /// <summary>Lengths and digests of the test vectors that the algorithm's authors publish (BLAKE3-team/BLAKE3, test_vectors.json).</summary>
    public static TheoryData<int, string> Published => new()
    {
        { 0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262" },
        { 1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213" },
        { 2, "7b7015bb92cf0b318037702a6cdd81dee41224f734684c2c122cd6359cb1ee63" },
        { 3, "e1be4d7a8ab5560aa4199eea339849ba8e293d55ca0a81006726d184519e647f" },
        { 4, "f30f5ab28fe047904037f77b6da4fea1e27241c5d132638d8bedce9d40494f32" },
        { 5, "b40b44dfd97e7a84a996a91af8b85188c66c126940ba7aad2e7ae6b385402aa2" },
        { 6, "06c4e8ffb6872fad96f9aaca5eee1553eb62aed0ad7198cef42e87f6a616c844" },
        { 7, "3f8770f387faad08faa9d8414e9f449ac68e6ff0417f673f602a646a891419fe" },
        { 8, "2351207d04fc16ade43ccab08600939c7c1fa70a5c0aaca76063d04c3228eaeb" },
        { 63, "e9bc37a594daad83be9470df7f7b3798297c3d834ce80ba85d6e207627b7db7b" },
        { 64, "4eed7141ea4a5cd4b788606bd23f46e212af9cacebacdc7d1f4c6dc7f2511b98" },
        { 65, "de1e5fa0be70df6d2be8fffd0e99ceaa8eb6e8c93a63f2d8d1c30ecb6b263dee" },
        { 127, "d81293fda863f008c09e92fc382a81f5a0b4a1251cba1634016a0f86a6bd640d" },
        { 128, "f17e570564b26578c33bb7f44643f539624b05df1a76c81f30acd548c44b45ef" },
        { 129, "683aaae9f3c5ba37eaaf072aed0f9e30bac0865137bae68b1fde4ca2aebdcb12" },
        { 1023, "10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11" },
        { 1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7" },
        { 1025, "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444" },
        { 2048, "e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a" },
        { 2049, "5f4d72f40d7a5f82b15ca2b2e44b1de3c2ef86c426c95c1af0b6879522563030" },
        { 3072, "b98cb0ff3623be03326b373de6b9095218513e64f1ee2edd2525c7ad1e5cffd2" },
        { 3073, "7124b49501012f81cc7f11ca069ec9226cecb8a2c850cfe644e327d22d3e1cd3" },
        { 4096, "015094013f57a5277b59d8475c0501042c0b642e531b0a1c8f58d2163229e969" },
        { 4097, "9b4052b38f1c5fc8b1f9ff7ac7b27cd242487b3d890d15c96a1c25b8aa0fb995" },
        { 5120, "9cadc15fed8b5d854562b26a9536d9707cadeda9b143978f319ab34230535833" },
        { 5121, "628bd2cb2004694adaab7bbd778a25df25c47b9d4155a55f8fbd79f2fe154cff" },
        { 6144, "3e2e5b74e048f3add6d21faab3f83aa44d3b2278afb83b80b3c35164ebeca205" },
        { 6145, "f1323a8631446cc50536a9f705ee5cb619424d46887f3c376c695b70e0f0507f" },
        { 7168, "61da957ec2499a95d6b8023e2b0e604ec7f6b50e80a9678b89d2628e99ada77a" },
        { 7169, "a003fc7a51754a9b3c7fae0367ab3d782dccf28855a03d435f8cfe74605e7817" },
        { 8192, "aae792484c8efe4f19e2ca7d371d8c467ffb10748d8a5a1ae579948f718a2a63" },
        { 8193, "bab6c09cb8ce8cf459261398d2e7aef35700bf488116ceb94a36d0f5f1b7bc3b" },
        { 16384, "f875d6646de28985646f34ee13be9a576fd515f76b5b0a26bb324735041ddde4" },
        { 31744, "62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47" },
        { 102400, "bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085" },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void Digests_are_the_published_ones(int length, string digest)
    {
        var input = Counting(length);
        Assert.Equal(digest, Digest(input));
        Assert.Equal(digest, Blake3Reference.Hash(input));
    }

    /// <summary>Around whole batches of chunks, and with every pattern of nodes that wait for others.</summary>
    [Theory]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(48)]
    [InlineData(64)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(512)]
    [InlineData(1029)]
    public void Digests_of_many_chunks_are_those_of_the_definition(int chunks)
    {
        var input = Noise(chunks, (chunks + 1) * Kibibyte);
        foreach (var length in new[] { chunks * Kibibyte - 1, chunks * Kibibyte, chunks * Kibibyte + 1, chunks * Kibibyte + 700 })
        {
            Assert.Equal(Blake3Reference.Hash(input.AsSpan(0, length)), Digest(input.AsSpan(0, length)));
        }
    }

    [Theory]
    [InlineData(1, 100, 70)]
    [InlineData(2, 5_000, 1_500)]
    [InlineData(3, 300_000, 2_000)]
    [InlineData(4, 1_000_000, 50_000)]
    [InlineData(5, 3_000_000, 1_200_000)]
    public void Pieces_give_the_digest_of_the_whole(int seed, int length, int longestPiece)
    {
        var input = Noise(seed, length);
        var random = new Random(seed);
        var hash = new Blake3();
        for (var round = 0; round < 3; round++)
        {
            for (var done = 0; done < length;)
            {
                var piece = Math.Min(random.Next(longestPiece + 1), length - done);
                hash.Append(input.AsSpan(done, piece));
                done += piece;
            }

            Assert.Equal(Digest(input), hash.Take());
        }
    }

    [Fact]
    public void A_hash_starts_anew_after_every_digest()
    {
        var hash = new Blake3();
        foreach (var length in new[] { 200_000, 0, 40_000, 1, 70_000, Kibibyte, 17 * Kibibyte, 3 })
        {
            hash.Append(Counting(length));
            Assert.Equal(Digest(Counting(length)), hash.Take());
        }
    }

    [Fact]
    public void Sixteen_lanes_give_the_values_of_one()
    {
        if (WordLanes512.IsSupported)
        {
            AssertEqualsSingle<WordLanes512, Vector512<uint>>();
        }
    }

    [Fact]
    public void Eight_lanes_give_the_values_of_one()
    {
        if (WordLanes256.IsSupported)
        {
            AssertEqualsSingle<WordLanes256, Vector256<uint>>();
        }
    }

    [Fact]
    public void Four_lanes_give_the_values_of_one() => AssertEqualsSingle<WordLanes128, Vector128<uint>>();

    private static void AssertEqualsSingle<TLanes, TWords>()
        where TLanes : struct, IWordLanes<TWords>
        where TWords : unmanaged
    {
        var input = Noise(7, Blake3Nodes.Batch * Kibibyte);
        var (expected, actual) = (new byte[Blake3Nodes.Batch * Blake3Format.ValueBytes], new byte[Blake3Nodes.Batch * Blake3Format.ValueBytes]);
        foreach (var number in new ulong[] { 0, 48, uint.MaxValue - 15, 1UL << 32, 3UL << 50 })
        {
            Blake3Lanes<SingleWord, uint>.HashChunks(ref input[0], number, Blake3Nodes.Batch, ref expected[0]);
            Blake3Lanes<TLanes, TWords>.HashChunks(ref input[0], number, Blake3Nodes.Batch, ref actual[0]);
            Assert.Equal(expected, actual);
        }

        Blake3Lanes<SingleWord, uint>.HashParents(ref input[0], Blake3Nodes.Batch, ref expected[0]);
        Blake3Lanes<TLanes, TWords>.HashParents(ref input[0], Blake3Nodes.Batch, ref actual[0]);
        Assert.Equal(expected, actual);
    }

    private static string Digest(ReadOnlySpan<byte> input)
    {
        var hash = new Blake3();
        hash.Append(input);
        return hash.Take();
    }

    /// <summary>The input of the published vectors.</summary>
    private static byte[] Counting(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))];

    private static byte[] Noise(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
