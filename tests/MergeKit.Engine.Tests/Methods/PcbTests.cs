using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Methods;

/// <summary>pcb against its formula in float64.</summary>
public sealed class PcbTests
{
    [Theory]
    [InlineData(2, 0.2)]
    [InlineData(3, 0.05)]
    [InlineData(3, 1)]
    [InlineData(1, 0.3)]
    public void Elements_compete_by_magnitude_and_agreement(int count, double density)
    {
        var shapes = new (string Name, long[] Shape)[] { ("matrix", [120, 190]), ("model.norm.weight", [8]), ("experts", [3, 4, 5]), ("model.embed_tokens.weight", [16, 8]) };
        using var models = new GeneratedModels();
        var values = shapes.ToDictionary(shape => shape.Name, shape => Enumerable.Range(0, count + 1).Select(i => Noise.Normal(i, shape.Shape.Aggregate((x, y) => x * y), 0.1)).ToArray());
        for (var i = 0; i <= count; i++)
        {
            models.Add(i == 0 ? "base" : $"m{i}", [.. shapes.Select(shape => (shape.Name, shape.Shape, values[shape.Name][i]))]);
        }

        var list = string.Concat(Enumerable.Range(1, count).Select(i => FormattableString.Invariant($"  - {{model: ./m{i}, parameters: {{weight: {0.5 + 0.25 * i}}}}}\n")));
        var recipe = FormattableString.Invariant($"merge_method: pcb\nbase_model: ./base\ndtype: float32\nparameters: {{lambda: 1.5, density: {density}}}\nmodels:\n{list}");
        var merged = models.Merge(recipe);
        Assert.Equal(merged["matrix"], models.Merge(recipe, threads: 3)["matrix"]);

        foreach (var (name, _) in shapes)
        {
            var expected = Expected(values[name], density);
            var misses = expected.Where((x, i) => Math.Abs(x - merged[name][i]) > 1e-5 * Math.Max(1, Math.Abs(x))).Count();
            Assert.True(misses == 0, $"{misses} of {expected.Length} elements of {name} are wrong");
        }
    }

    [Fact]
    public void A_model_equal_to_the_base_changes_nothing()
    {
        using var models = new GeneratedModels();
        var origin = Noise.Normal(1, 64, 0.1);
        models.Add("base", ("same", [8, 8], origin));
        models.Add("m1", ("same", [8, 8], origin));
        Assert.Equal(origin, models.Merge("merge_method: pcb\nbase_model: ./base\ndtype: float32\nmodels:\n  - model: ./m1\n")["same"]);
    }

    private static double[] Expected(float[][] values, double density)
    {
        var elements = values[0].Length;
        var taskVectors = values.Skip(1).Select(x => x.Select((value, i) => (double)(value - values[0][i])).ToArray()).ToArray();
        var sum = Enumerable.Range(0, elements).Select(i => taskVectors.Sum(taskVector => taskVector[i])).ToArray();
        var outliers = (int)(1e-4 * elements);
        var (numerator, denominator) = (new double[elements], new double[elements]);
        for (var model = 0; model < taskVectors.Length; model++)
        {
            var taskVector = taskVectors[model];
            var sorted = taskVector.Select(Math.Abs).Order().ToArray();
            var (low, high) = (sorted[outliers], sorted[elements - 1 - outliers]);
            var clamped = taskVector.Select(x => Math.Sign(x) * Math.Clamp(Math.Abs(x), low, high)).ToArray();
            var scores = clamped.Select((x, i) =>
                Math.Exp(taskVectors.Length * Math.Pow((Math.Clamp(Math.Abs(taskVector[i]), low, high) - low) / (high - low), 2)) * Math.Tanh(taskVector[i] * sum[i])).ToArray();
            var ascending = scores.Order().ToArray();
            var (least, largest) = (ascending[Math.Min((int)(elements * (1 - density)), elements - 1)], ascending[^1]);
            for (var i = 0; i < elements; i++)
            {
                var weight = (Math.Max(scores[i], least) - least) / (largest - least);
                numerator[i] += (0.5 + 0.25 * (model + 1)) * weight * clamped[i];
                denominator[i] += weight;
            }
        }

        return [.. values[0].Select((b, i) => b + 1.5 * numerator[i] / Math.Max(denominator[i], 1e-12))];
    }
}
