namespace MergeKit.Engine.Tests.TestModels;

/// <summary>Seeded values that look like weights.</summary>
internal static class Noise
{
    /// <summary>Normally distributed numbers.</summary>
    public static float[] Normal(int seed, long count, double deviation = 0.05)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (var i = 0; i < values.Length; i++)
        {
            var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            values[i] = (float)(deviation * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return values;
    }

    /// <summary>Numbers near others, as a fine-tuned model's weights are near its base's.</summary>
    public static float[] Near(int seed, float[] origin, double deviation = 0.01) =>
        [.. Normal(seed, origin.Length, deviation).Zip(origin, (noise, value) => value + noise)];
}
