namespace MergeKit.SyntheticModels;

/// <summary>Pseudo-random bfloat16 weights of which tensors are cut; drawing every weight of a model anew would take minutes.</summary>
internal static class WeightBlock
{
    /// <summary>Odd, so that repetitions do not fall on rows, and larger than what the methods look at in one piece.</summary>
    private const int Length = (4 << 20) - 1;

    /// <summary>Standard deviations of the weights of a model and of a fine-tune's differences from it, as they are seen in such models.</summary>
    private const double Spread = 0.02;
    private const double FineTuneSpread = 0.0005;

    /// <summary>The block of the base model (seed 0) or of one of its fine-tunes.</summary>
    public static ushort[] Of(int seed)
    {
        var weights = Normal(1, Spread);
        if (seed != 0)
        {
            foreach (var (i, difference) in Normal(100 + seed, FineTuneSpread).Index())
            {
                weights[i] += difference;
            }
        }

        return Array.ConvertAll(weights, Round);
    }

    private static float[] Normal(int seed, double deviation)
    {
        var random = new Random(seed);
        var values = new float[Length];
        for (var i = 0; i < Length; i++)
        {
            values[i] = (float)(deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble()));
        }

        return values;
    }

    private static ushort Round(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
