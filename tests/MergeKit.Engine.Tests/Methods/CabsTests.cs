using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Methods;

/// <summary>cabs against a plain selection block by block.</summary>
public sealed class CabsTests
{
    private static readonly (string Name, long[] Shape)[] Shapes =
        [("matrix", [37, 300]), ("model.norm.weight", [21]), ("experts", [3, 4, 10]), ("model.embed_tokens.weight", [16, 8])];

    [Theory]
    [InlineData(2, 8)]
    [InlineData(3, 7)]
    [InlineData(64, 256)]
    [InlineData(1, 1000)]
    public void Every_block_keeps_the_largest_that_earlier_models_left(int n, int m)
    {
        using var models = new GeneratedModels();
        var values = Shapes.ToDictionary(shape => shape.Name, shape => Enumerable.Range(0, 4).Select(i => Coarse(i, shape.Shape.Aggregate((x, y) => x * y))).ToArray());
        foreach (var i in Enumerable.Range(0, 4))
        {
            models.Add(i == 0 ? "base" : $"m{i}", [.. Shapes.Select(shape => (shape.Name, shape.Shape, values[shape.Name][i]))]);
        }

        var recipe = $"merge_method: cabs\nbase_model: ./base\ndtype: float32\nparameters: {{n: {n}, m: {m}, weight: 0.5, lambda: 2}}\nmodels:\n  - model: ./m1\n  - model: ./m2\n  - model: ./m3\n";
        var merged = models.Merge(recipe);
        Assert.Equal(merged["matrix"], models.Merge(recipe, threads: 3)["matrix"]);
        foreach (var (name, shape) in Shapes)
        {
            Assert.Equal(Expected(values[name], (int)shape[^1], n, m), merged[name]);
        }
    }

    [Fact]
    public void More_kept_elements_than_a_block_has_are_an_error()
    {
        using var models = new GeneratedModels();
        models.Add("base", ("matrix", [4, 4], new float[16]));
        models.Add("m1", ("matrix", [4, 4], new float[16]));
        MergeErrors.Single(
            DiagnosticCode.ParametersConflict,
            () => models.Merge("merge_method: cabs\nbase_model: ./base\nparameters: {n: 9, m: 8, weight: 1}\nmodels:\n  - model: ./m1\n"));
    }

    /// <summary>Eighths, so that sums are exact and magnitudes tie.</summary>
    private static float[] Coarse(int seed, long count) => [.. Noise.Normal(seed, count, 1).Select(x => MathF.Round(x * 8) / 8)];

    private static float[] Expected(float[][] values, int rowLength, int n, int m)
    {
        var merged = values[0].ToArray();
        var taken = new bool[merged.Length];
        foreach (var model in values.Skip(1))
        {
            for (var row = 0; row < merged.Length; row += rowLength)
            {
                for (var start = 0; start < rowLength; start += m)
                {
                    var length = Math.Min(m, rowLength - start);
                    var kept = Enumerable.Range(row + start, length).Where(i => !taken[i] && model[i] != values[0][i])
                        .OrderByDescending(i => Math.Abs(model[i] - values[0][i])).Take((int)Math.Ceiling(n * (double)length / m)).ToArray();
                    foreach (var i in kept)
                    {
                        taken[i] = true;
                        merged[i] += model[i] - values[0][i];
                    }
                }
            }
        }

        return merged;
    }
}
