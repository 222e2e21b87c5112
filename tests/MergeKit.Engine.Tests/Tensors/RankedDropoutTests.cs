using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tensors;
using MergeKit.Engine.Tensors.Cpu;

namespace MergeKit.Engine.Tests.Tensors;

/// <summary>Dropout whose probabilities follow the ranks of magnitudes against ranks found by sorting.</summary>
public sealed class RankedDropoutTests
{
    private const ulong Key = 0x0123_4567_89AB_CDEF;

    /// <summary>Kinds of rows, which are ranked in different ways.</summary>
    private static readonly Dictionary<string, Func<Random, float>> Rows = new()
    {
        ["distinct"] = random => (float)(random.NextDouble() - 0.5),
        ["wide"] = random => (float)Math.Pow(10, 70 * random.NextDouble() - 35),
        ["zeros"] = random => random.Next(3) == 0 ? random.NextSingle() : random.Next(2) == 0 ? 0f : -0f,
        ["equal"] = _ => 0.1f,
        ["few"] = random => (random.Next(9) - 4) * 0.1f,
        ["powers"] = random => MathF.ScaleB(random.Next(2) == 0 ? 1 : -1, random.Next(-30, 3)),
        ["outliers"] = random => random.Next(500) == 0 ? 1e30f : random.Next(40) * 0.001f,
        ["special"] = random => random.Next(6) switch { 0 => float.NaN, 1 => float.PositiveInfinity, 2 => float.NegativeInfinity, 3 => float.Epsilon, _ => random.NextSingle() },
    };

    public static TheoryData<string, double> Cases
    {
        get
        {
            var cases = new TheoryData<string, double>();
            foreach (var row in Rows.Keys)
            {
                new[] { 0, 1e-7, 0.1, 0.35, -0.3, 0.7 }.ToList().ForEach(epsilon => cases.Add(row, epsilon));
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Ranks_decide_as_if_rows_were_sorted(string row, double epsilon)
    {
        var kernel = new RankedDropoutKernel();
        foreach (var length in Enumerable.Range(1, 70).Concat([896, 2464, 5000]))
        {
            var random = new Random(length);
            var x = Enumerable.Range(0, 3 * length).Select(_ => Rows[row](random)).ToArray();
            var node = new RankedDropout(new MatrixTensor(new TensorShape(3, length), x), Key, 0.4, epsilon);
            var target = new float[x.Length];
            kernel.Run(node, x, 2 * length, target);
            var mask = Expected(x, length, epsilon, 2 * length);
            Assert.Equal(Bits(x.Select((value, i) => mask[i] != 0 ? value : 0)), Bits(target));

            // Of zeros the bits alone tell whether they are kept.
            var words = new ulong[(length + 63) / 64];
            kernel.Draw(node, x.AsSpan(0, length), 2 * length, words);
            Assert.Equal(mask[..length], Enumerable.Range(0, length).Select(i => (float)(words[i / 64] >> (i % 64) & 1)));
        }
    }

    private static uint[] Bits(IEnumerable<float> values) => [.. values.Select(BitConverter.SingleToUInt32Bits)];

    private static float[] Expected(float[] x, int length, double epsilon, int start)
    {
        var mask = new float[x.Length];
        for (var row = 0; row < x.Length; row += length)
        {
            var order = Enumerable.Range(row, length).OrderBy(i => BitConverter.SingleToUInt32Bits(x[i]) & 0x7FFF_FFFF).ToArray();
            for (var rank = 0; rank < length; rank++)
            {
                var probability = 0.4 - epsilon + 2 * epsilon * (length > 1 ? (double)rank / (length - 1) : 0);
                var (x0, x1, x2, x3) = Philox.Draw((ulong)(start + order[rank]) / 4, 0, Key);
                var number = new[] { x0, x1, x2, x3 }[(start + order[rank]) % 4];
                mask[order[rank]] = number < (ulong)(Math.Clamp(probability, 0, 1) * (1UL << 32)) ? 1 : 0;
            }
        }

        return mask;
    }
}
