using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Tests.Tensors;

public sealed class PhiloxTests
{
    /// <summary>The vectors that its authors publish with the Random123 library.</summary>
    [Theory]
    [InlineData(0, 0, 0, 0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)]
    [InlineData(0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF, 0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)]
    [InlineData(0x85A3_08D3_243F_6A88, 0x0370_7344_1319_8A2E, 0x299F_31D0_A409_3822, 0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)]
    public void Known_answers_are_given(ulong counterLow, ulong counterHigh, ulong key, uint x0, uint x1, uint x2, uint x3) =>
        Assert.Equal((x0, x1, x2, x3), Philox.Draw(counterLow, counterHigh, key));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 4096)]
    [InlineData(1, 3)]
    [InlineData(2, 17)]
    [InlineData(3, 1)]
    [InlineData(7, 4099)]
    [InlineData(4096, 0)]
    [InlineData((1L << 34) - 5, 11)]
    public void Bits_hold_each_elements_own_number_wherever_they_start(long start, int length)
    {
        const ulong Key = 0x0123_4567_89AB_CDEF;
        const ulong KeepBelow = 0x6000_0000;
        var words = Enumerable.Repeat(ulong.MaxValue, (length + 63) / 64).ToArray();
        Philox.FillBits(Key, KeepBelow, start, length, words);
        for (var i = 0; i < length; i++)
        {
            var element = (ulong)(start + i);
            var (x0, x1, x2, x3) = Philox.Draw(element / 4, 0, Key);
            var number = new[] { x0, x1, x2, x3 }[element % 4];
            Assert.Equal(number < KeepBelow ? 1UL : 0, words[i / 64] >> (i % 64) & 1);
        }

        Assert.True(length % 64 == 0 || words[^1] >> (length % 64) == 0);
    }

    [Fact]
    public void Numbers_are_the_same_for_any_start_and_length()
    {
        const ulong Key = 0xFEDC_BA98_7654_3210;
        foreach (var start in new[] { 0, (1L << 34) - 256 })
        {
            var all = new uint[512];
            for (var i = 0; i < all.Length; i += 4)
            {
                (all[i], all[i + 1], all[i + 2], all[i + 3]) = Philox.Draw((ulong)(start + i) / 4, 0, Key);
            }

            for (var length = 0; length < 140; length++)
            {
                var offset = length % 9;
                var numbers = new uint[length];
                Philox.Fill(Key, start + offset, numbers);
                Assert.Equal(all[offset..(offset + length)], numbers);
            }
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1UL << 32, ulong.MaxValue)]
    public void The_ends_of_the_range_keep_none_and_all(ulong keepBelow, ulong expected)
    {
        var words = Enumerable.Repeat(1UL, 160).ToArray();
        Philox.FillBits(42, keepBelow, 0, 64 * words.Length, words);
        Assert.All(words, word => Assert.Equal(expected, word));
    }
}
