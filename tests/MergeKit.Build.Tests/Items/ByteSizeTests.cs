using MergeKit.Build.Items;

namespace MergeKit.Build.Tests.Items;

public class ByteSizeTests
{
    [Theory]
    [InlineData("5B", 5_000_000_000)]
    [InlineData("200M", 200_000_000)]
    [InlineData("64k", 64_000)]
    [InlineData(" 1048576 ", 1_048_576)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void Decimal_multiples_and_plain_bytes_are_read(string text, long expected)
    {
        Assert.True(ByteSize.TryParse(text, out var bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("B")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5B")]
    [InlineData("5GB")]
    [InlineData("5 0")]
    [InlineData("9223372036854775808")]
    [InlineData("9223372037B")]
    public void Anything_else_is_refused(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData(999, "999 bytes")]
    [InlineData(1_000, "1.00 KB")]
    [InlineData(833_664, "834 KB")]
    [InlineData(12_345_678, "12.3 MB")]
    [InlineData(2.5e15, "2500 TB")]
    public void Sizes_are_shown_with_three_digits(double bytes, string expected) => Assert.Equal(expected, ByteSize.Format(bytes));
}
