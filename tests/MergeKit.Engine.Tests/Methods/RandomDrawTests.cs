using MergeKit.Engine.Methods;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Methods;

/// <summary>What the random numbers of methods depend on, and what they do not.</summary>
public sealed class RandomDrawTests : IDisposable
{
    private const int Count = 20_000;
    private readonly MergeWorkspace workspace = new();

    public RandomDrawTests()
    {
        WriteModel("base", 1);
        WriteModel("a", 2);
        WriteModel("b", 3);
        workspace.Model("zeros", new SafetensorsBuilder().Add("v.weight", DType.F32, [Count], new float[Count]).Add("w.weight", DType.F32, [Count], new float[Count]));
    }

    public static TheoryData<string> RandomMethods => [.. MergeMethod.All.Values.Where(method => method.IsRandom).Select(method => method.Name)];

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.93)]
    [InlineData(1.0)]
    public void Dare_keeps_elements_with_the_probability_of_the_density(double density)
    {
        for (var seed = 0; seed < 3; seed++)
        {
            var kept = Mask("a", "w.weight", seed, density).Count(isKept => isKept);
            var fiveDeviations = 5 * Math.Sqrt(Count * density * (1 - density));
            Assert.InRange(kept, Count * density - fiveDeviations, Count * density + fiveDeviations);
        }
    }

    [Theory]
    [MemberData(nameof(RandomMethods))]
    public void Equal_seeds_give_equal_bytes_and_others_give_others(string method)
    {
        var first = Merge(Recipe(method, ("a", 0.6), ("b", 0.4)), seed: 5);
        Assert.Equal(first, Merge(Recipe(method, ("a", 0.6), ("b", 0.4)), seed: 5));
        Assert.NotEqual(first, Merge(Recipe(method, ("a", 0.6), ("b", 0.4)), seed: 6));
    }

    [Theory]
    [MemberData(nameof(RandomMethods))]
    public void Moving_model_folders_changes_nothing(string method)
    {
        var before = Merge(Recipe(method, ("a", 0.6), ("b", 0.4)));
        Directory.CreateDirectory(workspace["elsewhere"]);
        Directory.Move(workspace["a"], workspace["elsewhere/renamed"]);
        Assert.Equal(before, Merge(Recipe(method, ("elsewhere/renamed", 0.6), ("b", 0.4))));
    }

    [Theory]
    [MemberData(nameof(RandomMethods))]
    public void Another_model_of_weight_zero_changes_nothing(string method)
    {
        var alone = Merge(Recipe(method, ("a", 0.6)));
        Assert.Equal(alone, Merge(Recipe(method, ("a", 0.6), ("b", 0))));
        Assert.Equal(alone, Merge(Recipe(method, ("b", 0), ("a", 0.6))));
    }

    [Theory]
    [MemberData(nameof(RandomMethods))]
    public void Another_tensor_changes_nothing(string method)
    {
        var before = Merge(Recipe(method, ("a", 0.6), ("b", 0.4)));
        WriteModel("base", 1, "aaa.weight");
        WriteModel("a", 2, "aaa.weight");
        WriteModel("b", 3, "aaa.weight");
        Assert.Equal(before, Merge(Recipe(method, ("a", 0.6), ("b", 0.4))));
    }

    [Fact]
    public void Models_tensors_and_seeds_have_independent_masks()
    {
        var mask = Mask("a", "w.weight", 0, 0.5);
        AssertIndependent(mask, Mask("b", "w.weight", 0, 0.5));
        AssertIndependent(mask, Mask("a", "v.weight", 0, 0.5));
        AssertIndependent(mask, Mask("a", "w.weight", 1, 0.5));
        AssertIndependent(mask[..^1], mask[1..]);
    }

    [Fact]
    public void Tensors_of_equal_values_have_independent_masks()
    {
        var values = Noise.Normal(4, Count);
        workspace.Model("twins", new SafetensorsBuilder().Add("v.weight", DType.F32, [Count], values).Add("w.weight", DType.F32, [Count], values));
        AssertIndependent(Mask("twins", "v.weight", 0, 0.5), Mask("twins", "w.weight", 0, 0.5));
    }

    [Fact]
    public void A_model_listed_twice_is_drawn_twice()
    {
        var once = Merge(Recipe("dare_linear", ("a", 1)));
        Assert.NotEqual(once, Merge(Recipe("dare_linear", ("a", 0.5), ("a", 0.5))));
    }

    [Fact]
    public void A_model_that_differs_in_one_element_only_is_another_model()
    {
        var origin = new float[256 * 256];
        var tuned = Noise.Normal(3, origin.Length);
        var other = (float[])tuned.Clone();
        other[12_345] += 1;
        Write("origin", origin);
        Write("tuned", tuned);
        Write("other", other);
        var alone = Merge("[{ model: tuned, parameters: { weight: 1 } }]");
        var after = Merge("[{ model: other, parameters: { weight: 0 } }, { model: tuned, parameters: { weight: 1 } }]");
        Assert.Equal(alone, after);

        void Write(string model, float[] values) => workspace.Model(model, new SafetensorsBuilder().Add("w.weight", DType.F32, [256, 256], values));

        float[] Merge(string models)
        {
            workspace.Merge($"merge_method: dare_linear\nbase_model: origin\nmodels: {models}\nparameters: {{ density: 0.5, rescale: false }}");
            return workspace.Floats("w.weight");
        }
    }

    public void Dispose() => workspace.Dispose();

    private static string Recipe(string method, params (string Model, double Weight)[] models) => $"""
        merge_method: {method}
        base_model: base
        models: [{string.Join(", ", models.Select(model => $"{{ model: {model.Model}, parameters: {{ weight: {model.Weight:R}, density: 0.5 }} }}"))}]
        """;

    private static void AssertIndependent(bool[] x, bool[] y)
    {
        var equal = x.Zip(y, (a, b) => a == b).Count(isEqual => isEqual);
        var fiveDeviations = 2.5 * Math.Sqrt(x.Length);
        Assert.InRange(equal, x.Length / 2 - fiveDeviations, x.Length / 2 + fiveDeviations);
    }

    private void WriteModel(string name, int seed, string? another = null)
    {
        var weights = new SafetensorsBuilder()
            .Add("v.weight", DType.F32, [Count], Noise.Normal(10 * seed, Count))
            .Add("w.weight", DType.F32, [Count], Noise.Normal(10 * seed + 1, Count));
        workspace.Model(name, another is null ? weights : weights.Add(another, DType.F32, [999], Noise.Normal(10 * seed + 2, 999)));
    }

    private float[] Merge(string recipe, long seed = 0)
    {
        MergeWorkspace.Merge(workspace.Request(recipe) with { Seed = seed });
        return [.. workspace.Floats("v.weight"), .. workspace.Floats("w.weight")];
    }

    /// <summary>The elements kept of a model: merged alone, onto zeros, it shows them.</summary>
    private bool[] Mask(string model, string tensor, long seed, double density)
    {
        var recipe = $"merge_method: dare_linear\nbase_model: zeros\nmodels: [{{ model: {model}, parameters: {{ weight: 1, density: {density:R} }} }}]\nparameters: {{ rescale: false }}";
        MergeWorkspace.Merge(workspace.Request(recipe) with { Seed = seed });
        return [.. workspace.Floats(tensor).Select(value => value != 0)];
    }
}
