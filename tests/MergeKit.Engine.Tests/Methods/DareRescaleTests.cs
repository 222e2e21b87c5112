using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Methods;

/// <summary>How dare makes up for the elements it drops.</summary>
public sealed class DareRescaleTests
{
    [Theory]
    [InlineData("dare_linear")]
    [InlineData("dare_ties")]
    public void Rescale_by_density_multiplies_what_is_kept_by_its_reciprocal(string method)
    {
        var taskVector = Noise.Normal(1, 4096, 1);
        var merged = Merge(method, taskVector, "rescale_by_density: true");
        Assert.All(merged.Zip(taskVector), pair => Assert.True(pair.First == 0 || pair.First == 4 * pair.Second));
        Assert.InRange(merged.Count(x => x != 0), 900, 1150);
    }

    [Fact]
    public void Without_it_the_L1_norm_is_kept_and_the_same_elements()
    {
        var taskVector = Noise.Normal(1, 4096, 1);
        var byNorm = Merge("dare_linear", taskVector, "rescale_by_density: false");
        Assert.Equal(taskVector.Sum(x => (double)Math.Abs(x)), byNorm.Sum(x => (double)Math.Abs(x)), 0.01);
        Assert.Equal(Merge("dare_linear", taskVector, "rescale_by_density: true").Select(x => x != 0), byNorm.Select(x => x != 0));
        Assert.Equal(Merge("dare_linear", taskVector, "int8_mask: false"), byNorm);
    }

    [Fact]
    public void Without_rescale_nothing_is_scaled()
    {
        var taskVector = Noise.Normal(1, 4096, 1);
        var merged = Merge("dare_linear", taskVector, "rescale_by_density: true, rescale: false");
        Assert.All(merged.Zip(taskVector), pair => Assert.True(pair.First == 0 || pair.First == pair.Second));
    }

    private static float[] Merge(string method, float[] taskVector, string parameters)
    {
        using var models = new GeneratedModels();
        models.Add("base", ("matrix", [64, 64], new float[4096]));
        models.Add("m1", ("matrix", [64, 64], taskVector));
        return models.Merge($"merge_method: {method}\nbase_model: ./base\ndtype: float32\nparameters: {{density: 0.25, weight: 1, {parameters}}}\nmodels:\n  - model: ./m1\n")["matrix"];
    }
}
