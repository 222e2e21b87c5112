using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Output;

/// <summary>Models of a few tensors, for tests in which their values do not matter.</summary>
internal static class SmallModels
{
    public const int Tensors = 12;
    public const int Rows = 100;
    public const int Columns = 60;
    public const long TensorBytes = Rows * Columns * sizeof(float);
    public const string Linear = "merge_method: linear\nmodels: [{ model: a, parameters: { weight: 0.6 } }, { model: b, parameters: { weight: 0.4 } }]\n";

    /// <summary>Writes models <c>a</c> and <c>b</c>.</summary>
    public static void Write(MergeWorkspace workspace)
    {
        workspace.Model("a", Weights(1));
        workspace.Model("b", Weights(2));
    }

    public static SafetensorsBuilder Weights(int seed, string prefix = "t")
    {
        var weights = new SafetensorsBuilder();
        for (var i = 0; i < Tensors; i++)
        {
            weights.Add($"{prefix}{i:D2}.weight", DType.F32, [Rows, Columns], Noise.Normal(100 * seed + i, Rows * Columns));
        }

        return weights;
    }
}
