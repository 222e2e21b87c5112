using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Methods;

/// <summary>The bytes of a model do not depend on how the work is divided.</summary>
public sealed class DeterminismTests : IDisposable
{
    private static readonly int[] ThreadCounts = [1, 2, 3, 8];
    private static readonly int[] ChunkLengths = [1, 4096, 5000, 8192, 1 << 20];
    private readonly MergeWorkspace workspace = new();

    public static TheoryData<string> Methods => [.. Recipes.Keys];

    private static Dictionary<string, string> Recipes => new()
    {
        ["linear"] = Recipe("linear", "weight: 0.3", "weight: 0.6", parameters: "normalize: true"),
        ["slerp"] = "merge_method: slerp\nbase_model: base\nmodels: [{model: base}, {model: a}]\nparameters: {t: 0.4}",
        ["task_arithmetic"] = Recipe("task_arithmetic", "weight: 0.7", "weight: -0.2") + "\ndtype: bfloat16",
        ["ties"] = Recipe("ties", "weight: 0.7, density: 0.3", "weight: 0.4, density: 0.55"),
        ["dare_linear"] = Recipe("dare_linear", "weight: 0.7, density: 0.3", "weight: 0.4, density: 0.55"),
        ["dare_ties"] = Recipe("dare_ties", "weight: 0.7, density: 0.3", "weight: 0.4, density: 0.55", "normalize: true"),
        ["passthrough"] = "merge_method: passthrough\nmodels: [{model: a, parameters: {scale: 0.37}}]\nout_dtype: float16",
    };

    [Theory]
    [MemberData(nameof(Methods))]
    public void Small_tensors_have_the_same_bytes_for_any_threads_and_chunks(string method)
    {
        WriteModels(withLargeTensor: false);
        var divisions = ThreadCounts.SelectMany(_ => ChunkLengths, (threads, chunk) => (threads, chunk));
        AssertSameBytes(Recipes[method], divisions);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_tensor_divided_among_threads_has_the_same_bytes_for_any_threads_and_chunks(string method)
    {
        WriteModels(withLargeTensor: true);
        AssertSameBytes(Recipes[method], [(1, 1), (2, 4096), (3, 5000), (8, 8192), (3, 1 << 20)]);
    }

    public void Dispose() => workspace.Dispose();

    private static string Recipe(string method, string a, string b, string parameters = "lambda: 0.9") => $$"""
        merge_method: {{method}}
        base_model: base
        models:
          - model: a
            parameters: { {{a}} }
          - model: b
            parameters: { {{b}} }
        parameters: { {{parameters}}{{(method == "linear" ? ", weight: 0.2" : "")}} }
        """;

    private void WriteModels(bool withLargeTensor)
    {
        workspace.Model("base", Weights(1, withLargeTensor, DType.F32));
        workspace.Model("a", Weights(2, withLargeTensor, DType.BF16));
        workspace.Model("b", Weights(3, withLargeTensor, DType.F16));
    }

    private static SafetensorsBuilder Weights(int seed, bool withLargeTensor, DType mixed)
    {
        var weights = new SafetensorsBuilder();
        Add("bf16.weight", DType.BF16, 5, 2003);
        Add("f16.weight", DType.F16, 8193);
        Add("f32.weight", DType.F32, 3, 4099);
        Add("f64.weight", DType.F64, 4095);
        Add("e4m3.weight", DType.F8E4M3, 4097);
        Add("e5m2.weight", DType.F8E5M2, 129);
        Add("mixed.weight", mixed, 12289);
        Add("one.weight", DType.F32, 1);
        Add("scalar.weight", DType.BF16);
        Add("empty.weight", DType.F32, 0, 7);
        if (withLargeTensor)
        {
            Add("large.weight", DType.BF16, 1049, 1001);
        }

        return weights;

        void Add(string name, DType dtype, params long[] shape) =>
            weights.Add(name, dtype, shape, Noise.Normal(seed, new TensorShape(shape).ElementCount, 0.5));
    }

    private void AssertSameBytes(string recipe, IEnumerable<(int Threads, int Chunk)> divisions)
    {
        IReadOnlyList<string>? expected = null;
        foreach (var (threads, chunk) in divisions)
        {
            MergeWorkspace.Merge(workspace.Request(recipe) with { Threads = threads, ChunkElements = chunk });
            var content = FolderContent.Of(workspace.Output);
            expected ??= content;
            Assert.Equal(expected, content);
        }
    }
}
