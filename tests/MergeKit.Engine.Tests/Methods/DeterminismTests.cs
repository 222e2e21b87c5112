using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Methods;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Methods;

/// <summary>The bytes of a model do not depend on how the work is divided.</summary>
public sealed class DeterminismTests : IDisposable
{
    private static readonly int[] ThreadCounts = [1, 2, 3, 8];
    private static readonly int[] ChunkLengths = [1, 4096, 5000, 8192, 1 << 20];
    private readonly MergeWorkspace workspace = new();

    public static TheoryData<string> Merges => [.. Recipes.Keys];

    /// <summary>Recipes of models <c>base</c>, <c>a</c> and <c>b</c>, at least one for every method.</summary>
    internal static Dictionary<string, string> Recipes => new()
    {
        ["linear"] = Recipe("linear", "weight: 0.3", "weight: 0.6", "normalize: true, weight: 0.2"),
        ["slerp"] = "merge_method: slerp\nbase_model: base\nmodels: [{model: base}, {model: a}]\nparameters: {t: 0.4}",
        ["nuslerp"] = Recipe("nuslerp", "weight: 0.7", "weight: 0.2"),
        ["nuslerp, rows"] = Recipe("nuslerp", "weight: 0.7", "weight: 0.2", "nuslerp_flatten: false"),
        ["nuslerp, columns"] = Recipe("nuslerp", "weight: 0.7", "weight: 0.2", "nuslerp_flatten: false, nuslerp_row_wise: true"),
        ["multislerp"] = Recipe("multislerp", "weight: 0.7", "weight: 0.2"),
        ["karcher"] = "merge_method: karcher\nmodels: [{model: base}, {model: a}, {model: b}]\ndtype: bfloat16",
        ["model_stock"] = Recipe("model_stock", "", ""),
        ["model_stock, rows"] = Recipe("model_stock", "", "", "filter_wise: true"),
        ["task_arithmetic"] = Recipe("task_arithmetic", "weight: 0.7", "weight: -0.2", "lambda: 0.9") + "\ndtype: bfloat16",
        ["tsv"] = Recipe("tsv", "", ""),
        ["iso_c"] = Recipe("iso_c", "", ""),
        ["iso_cts"] = Recipe("iso_cts", "", "", "common_space_fraction: 0.6"),
        ["pcb"] = Recipe("pcb", "density: 0.2", ""),
        ["cabs"] = Recipe("cabs", "weight: 0.7, n: 2, m: 7", "weight: 0.4"),
        ["dare_linear, by density"] = Recipe("dare_linear", "weight: 0.7, density: 0.3", "weight: 0.4, density: 0.55", "rescale_by_density: true"),
        ["ties"] = Recipe("ties", "weight: 0.7, density: 0.3", "weight: 0.4, density: 0.55", "lambda: 0.9"),
        ["dare_linear"] = Recipe("dare_linear", "weight: 0.7, density: 0.3", "weight: 0.4, density: 0.55"),
        ["dare_ties"] = Recipe("dare_ties", "weight: 0.7, density: 0.3", "weight: 0.4, density: 0.55", "normalize: true"),
        ["della"] = Recipe("della", "weight: 0.7, density: 0.3", "weight: 0.4, density: 0.55, epsilon: -0.4"),
        ["della_linear"] = Recipe("della_linear", "weight: 0.7, density: 0.3", "weight: 0.4, density: 0.55"),
        ["breadcrumbs"] = Recipe("breadcrumbs", "weight: 0.7, density: 0.3, gamma: 0.1", "weight: 0.4, density: 0.55", "rescale: true"),
        ["breadcrumbs_ties"] = Recipe("breadcrumbs_ties", "weight: 0.7, density: 0.3, gamma: 0.1", "weight: 0.4, density: 0.55"),
        ["sce"] = Recipe("sce", "", "", "select_topk: 0.4"),
        ["arcee_fusion"] = "merge_method: arcee_fusion\nbase_model: base\nmodels: [{model: a}]",
        ["nearswap"] = "merge_method: nearswap\nbase_model: base\nmodels: [{model: a}]\nparameters: {t: 0.1}",
        ["ram"] = Recipe("ram", "", "", "epsilon: 0.2"),
        ["ramplus_tl"] = Recipe("ramplus_tl", "", "", "epsilon: 0.2"),
        ["passthrough"] = "merge_method: passthrough\nmodels: [{model: a, parameters: {scale: 0.37}}]\nout_dtype: float16",
    };

    [Fact]
    public void Every_method_is_among_the_merges() => Assert.Empty(MergeMethod.All.Keys.Except(Recipes.Keys));

    [Theory]
    [MemberData(nameof(Merges))]
    public void Small_tensors_have_the_same_bytes_for_any_threads_and_chunks(string merge)
    {
        WriteModels(withLargeTensor: false);
        var divisions = ThreadCounts.SelectMany(_ => ChunkLengths, (threads, chunk) => (threads, chunk));
        AssertSameBytes(Recipes[merge], divisions);
    }

    [Theory]
    [MemberData(nameof(Merges))]
    public void A_tensor_divided_among_threads_has_the_same_bytes_for_any_threads_and_chunks(string merge)
    {
        WriteModels(withLargeTensor: true);
        AssertSameBytes(Recipes[merge], [(1, 1), (2, 4096), (3, 5000), (8, 8192), (3, 1 << 20)]);
    }

    /// <summary>Each process merges with other vector instructions, where the processor has more than one kind.</summary>
    [Fact]
    public void Every_method_has_the_same_bytes_with_any_vector_instructions()
    {
        WriteModels(withLargeTensor: false);
        using var widest = MergeProcess.Start();
        using var withoutAvx512 = MergeProcess.Start(("DOTNET_EnableAVX512", "0"), ("DOTNET_EnableAVX512F", "0"));
        using var withoutAvx2 = MergeProcess.Start(("DOTNET_EnableAVX2", "0"));
        MergeProcess[] processes = [widest, withoutAvx512, withoutAvx2];
        foreach (var recipe in Recipes.Values)
        {
            string[] outputs = [.. processes.Select((_, i) => workspace[$"models/{i}"])];
            foreach (var (process, output) in processes.Zip(outputs))
            {
                process.Send(workspace.Request(recipe) with { OutputDirectory = output, StateDirectory = output + ".state" });
            }

            Assert.All(processes, process => Assert.Equal("", process.Answer()));
            Assert.All(outputs, output => Assert.Equal(FolderContent.Of(outputs[0]), FolderContent.Of(output)));
        }
    }

    /// <summary>With the float32 results within 1e-6 of the formulas, nothing in between can move a narrow result by more than its rounding.</summary>
    [Theory]
    [MemberData(nameof(Merges))]
    public void Bfloat16_is_the_float32_result_rounded_once(string merge)
    {
        WriteModels(withLargeTensor: false);
        var recipe = string.Join('\n', Recipes[merge].Split('\n').Where(line => !line.StartsWith("out_dtype:", StringComparison.Ordinal))) + "\nout_dtype: ";
        workspace.Merge(recipe + "float32");
        Dictionary<string, float[]> wide;
        using (var checkpoint = Checkpoint.Open(workspace.Output))
        {
            wide = checkpoint.Tensors.ToDictionary(pair => pair.Key, pair => Conformance.MergedTensors.Floats(pair.Value));
        }

        workspace.Merge(recipe + "bfloat16");
        using var narrow = Checkpoint.Open(workspace.Output);
        foreach (var (name, values) in wide)
        {
            FloatCodec.Round(DType.BF16, values);
            Assert.Equal(values, Conformance.MergedTensors.Floats(narrow.Tensors[name]));
        }
    }

    public void Dispose() => workspace.Dispose();

    private static string Recipe(string method, string a, string b, string parameters = "") => $$"""
        merge_method: {{method}}
        base_model: base
        models:
          - model: a
            parameters: { {{a}} }
          - model: b
            parameters: { {{b}} }
        parameters: { {{parameters}} }
        """;

    private void WriteModels(bool withLargeTensor)
    {
        workspace.Model("base", Weights(1, withLargeTensor, DType.F32));
        workspace.Model("a", Weights(2, withLargeTensor, DType.BF16));
        workspace.Model("b", Weights(3, withLargeTensor, DType.F16));
    }

    /// <summary>Tensors of all float dtypes in shapes that fit nothing, empty ones among them.</summary>
    internal static SafetensorsBuilder Weights(int seed, bool withLargeTensor, DType mixed)
    {
        var weights = new SafetensorsBuilder();
        Add("bf16.weight", DType.BF16, 5, 2003);
        Add("long-rows.weight", DType.BF16, 3, 9001);
        Add("short-rows.weight", DType.F16, 1511, 7);
        Add("blocks.weight", DType.F32, 5, 3, 401);
        Add("column.weight", DType.F32, 4099, 1);
        Add("f16.weight", DType.F16, 8193);
        Add("f32.weight", DType.F32, 3, 4099);
        Add("f64.weight", DType.F64, 4095);
        Add("e4m3.weight", DType.F8E4M3, 4097);
        Add("e5m2.weight", DType.F8E5M2, 129);
        Add("mixed.weight", mixed, 12289);
        Add("one.weight", DType.F32, 1);
        Add("scalar.weight", DType.BF16);
        Add("empty.weight", DType.F32, 0, 7);
        Add("empty-rows.weight", DType.F32, 7, 0);
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
