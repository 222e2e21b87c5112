using System.Runtime.InteropServices;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tests.Numerics;

public sealed class FloatCodecTests
{
    public static TheoryData<DType> SmallTypes => new(FloatReference.All.Keys);

    public static TheoryData<DType> FloatTypes => new(Enum.GetValues<DType>().Where(dtype => dtype.IsFloat()));

    [Theory]
    [MemberData(nameof(SmallTypes))]
    public void Every_code_decodes_to_its_value_and_back(DType dtype)
    {
        var reference = FloatReference.All[dtype];
        var codes = Enumerable.Range(0, reference.Count).ToArray();
        var values = Decode(dtype, codes);
        var encoded = Encode(dtype, values);
        foreach (var code in codes)
        {
            var expected = reference.Value(code);
            if (double.IsNaN(expected))
            {
                Assert.True(float.IsNaN(values[code]) && IsQuiet(values[code]), $"{code:x}");
                Assert.True(double.IsNaN(reference.Value(encoded[code])), $"{code:x}");
                Assert.Equal(code >= reference.SignBit, encoded[code] >= reference.SignBit);
            }
            else
            {
                Assert.Equal(BitConverter.SingleToUInt32Bits((float)expected), BitConverter.SingleToUInt32Bits(values[code]));
                Assert.Equal(code, encoded[code]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(SmallTypes))]
    public void Midpoints_round_to_even_and_their_neighbours_to_the_nearest(DType dtype)
    {
        var reference = FloatReference.All[dtype];
        var finite = reference.Finite;
        var values = new List<float>();
        for (var i = 0; i < finite.Count; i++)
        {
            var next = i + 1 < finite.Count ? finite[i + 1] : finite[i] + (finite[i] - finite[i - 1]);
            var middle = (float)((finite[i] / 2) + (next / 2));
            values.AddRange([middle, MathF.BitDecrement(middle), MathF.BitIncrement(middle)]);
        }

        AssertMatchesReference(dtype, values.SelectMany(value => new[] { value, -value }));
    }

    [Theory]
    [MemberData(nameof(SmallTypes))]
    public void Random_and_special_values_round_as_the_reference_does(DType dtype)
    {
        var random = new Random(11);
        var values = Enumerable.Range(0, 200_000)
            .Select(_ => BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32)))
            .Concat([0f, -0f, float.Epsilon, -float.Epsilon, float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity])
            .Where(value => !float.IsNaN(value));
        AssertMatchesReference(dtype, values);
    }

    [Theory]
    [InlineData(DType.F16, 65519.996f, 0x7BFF)]
    [InlineData(DType.F16, 65520f, 0x7C00)]
    [InlineData(DType.BF16, float.MaxValue, 0x7F80)]
    [InlineData(DType.F8E4M3, 464f, 0x7E)]
    [InlineData(DType.F8E4M3, 464.00003f, 0x7F)]
    [InlineData(DType.F8E4M3, float.NegativeInfinity, 0xFF)]
    [InlineData(DType.F8E5M2, 61439.996f, 0x7B)]
    [InlineData(DType.F8E5M2, 61440f, 0x7C)]
    public void Overflow_is_infinite_or_nan_and_never_saturates(DType dtype, float value, int code) =>
        Assert.Equal(code, Encode(dtype, [value])[0]);

    [Theory]
    [MemberData(nameof(FloatTypes))]
    public void Nan_stays_a_quiet_nan_with_its_sign(DType dtype)
    {
        float[] values = [.. new[] { 0x7FC00000u, 0xFFC00000u, 0x7F800001u, 0xFF800001u, 0x7FFFFFFFu, 0xFFFFFFFFu }.Select(BitConverter.UInt32BitsToSingle)];
        var bytes = new byte[values.Length * dtype.Size()];
        var decoded = new float[values.Length];
        FloatCodec.Encode(dtype, values, bytes);
        FloatCodec.Decode(dtype, bytes, decoded);
        Assert.All(decoded, value => Assert.True(float.IsNaN(value)));
        Assert.Equal(values.Select(float.IsNegative), decoded.Select(float.IsNegative));
        if (dtype != DType.F32)
        {
            Assert.All(decoded, value => Assert.True(IsQuiet(value)));
        }
    }

    [Theory]
    [MemberData(nameof(FloatTypes))]
    public void Elements_depend_on_nothing_but_themselves_for_any_length_and_alignment(DType dtype)
    {
        var random = new Random(3);
        for (var length = 0; length <= 70; length++)
        {
            var values = Enumerable.Range(0, length).Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-8, 6)))).ToArray();
            var bytes = new byte[(length * dtype.Size()) + 2];
            FloatCodec.Encode(dtype, values, bytes.AsSpan(1..^1));
            Assert.Equal((0, 0), (bytes[0], bytes[^1]));

            var decoded = new float[length + 2];
            FloatCodec.Decode(dtype, bytes.AsSpan(1..^1), decoded.AsSpan(1..^1));
            Assert.Equal((0f, 0f), (decoded[0], decoded[^1]));

            var rounded = (float[])[0, .. values, 0];
            FloatCodec.Round(dtype, rounded.AsSpan(1..^1));
            Assert.Equal(Bits(decoded), Bits(rounded));
            for (var i = 0; i < length; i++)
            {
                var one = new byte[dtype.Size()];
                FloatCodec.Encode(dtype, [values[i]], one);
                Assert.Equal(one, bytes[(1 + (i * one.Length))..][..one.Length]);
            }
        }
    }

    [Fact]
    public void Doubles_round_to_the_nearest_single()
    {
        double[] doubles = [.. Enumerable.Range(0, 37).Select(i => 1 + (i * Math.Pow(2, -25))), 1e300, -1e300, 1e-310, double.NaN, 0.1];
        var values = new float[doubles.Length];
        FloatCodec.Decode(DType.F64, MemoryMarshal.AsBytes(doubles.AsSpan()), values);
        Assert.Equal(doubles.Select(value => (float)value), values);
    }

    [Fact]
    public void Integers_and_wrong_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => FloatCodec.Decode(DType.I32, new byte[4], new float[1]));
        Assert.Throws<ArgumentException>(() => FloatCodec.Encode(DType.Bool, new float[1], new byte[1]));
        Assert.Throws<ArgumentException>(() => FloatCodec.Round(DType.U8, new float[1]));
        Assert.Throws<ArgumentException>(() => FloatCodec.Decode(DType.F16, new byte[3], new float[1]));
        Assert.Throws<ArgumentException>(() => FloatCodec.Encode(DType.F16, new float[2], new byte[2]));
    }

    private static void AssertMatchesReference(DType dtype, IEnumerable<float> values)
    {
        var reference = FloatReference.All[dtype];
        var array = values.ToArray();
        var codes = Encode(dtype, array);
        for (var i = 0; i < array.Length; i++)
        {
            var expected = reference.Code(array[i]);
            Assert.True(expected == codes[i], $"{array[i]:r}: expected {expected:x}, got {codes[i]:x}");
        }

        var expectedValues = Decode(dtype, codes);
        FloatCodec.Round(dtype, array);
        Assert.Equal(Bits(expectedValues), Bits(array));
    }

    private static float[] Decode(DType dtype, int[] codes)
    {
        var bytes = dtype.Size() == 1
            ? codes.Select(code => (byte)code).ToArray()
            : MemoryMarshal.AsBytes(codes.Select(code => (ushort)code).ToArray().AsSpan()).ToArray();
        var values = new float[codes.Length];
        FloatCodec.Decode(dtype, bytes, values);
        return values;
    }

    private static int[] Encode(DType dtype, float[] values)
    {
        var bytes = new byte[values.Length * dtype.Size()];
        FloatCodec.Encode(dtype, values, bytes);
        return dtype.Size() == 1 ? [.. bytes] : [.. MemoryMarshal.Cast<byte, ushort>(bytes).ToArray()];
    }

    private static uint[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToUInt32Bits)];

    private static bool IsQuiet(float value) => (BitConverter.SingleToUInt32Bits(value) & 0x0040_0000) != 0;
}
