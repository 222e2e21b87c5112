using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.Conformance;

namespace MergeKit.Engine.Tests.TestModels;

/// <summary>Small float32 models of one layer with tensors of given shapes and values, and merges of them.</summary>
internal sealed class GeneratedModels : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private int merges;

    public string Path => folder.Path;

    /// <summary>Seeded values of a normal distribution.</summary>
    public static float[] Normal(int seed, long count, double deviation = 0.1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, (int)count).Select(_ =>
            (float)(deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }

    /// <summary>Writes a model; the tensors' names are completed to those of layer 0 unless they hold a dot.</summary>
    public void Add(string name, params (string Tensor, long[] Shape, float[] Values)[] tensors)
    {
        folder.Write($"{name}/config.json", """{"model_type":"llama","architectures":["LlamaForCausalLM"],"num_hidden_layers":1,"hidden_size":8,"vocab_size":16}""");
        var builder = new SafetensorsBuilder();
        foreach (var (tensor, shape, values) in tensors)
        {
            builder.Add(tensor.Contains('.', StringComparison.Ordinal) ? tensor : $"model.layers.0.{tensor}.weight", DType.F32, shape, values);
        }

        builder.Write(folder[$"{name}/model.safetensors"]);
    }

    /// <summary>Merges by a recipe whose models are the given ones and gives the tensors by the names they were added with.</summary>
    public Dictionary<string, float[]> Merge(string recipe, long seed = 0, int threads = 1)
    {
        var output = folder[$"out{merges++}"];
        using var plan = Merger.Plan(new MergeRequest
        {
            Name = "out", RecipePath = folder["recipe.yml"], RecipeText = recipe, ProjectDirectory = folder.Path, OutputDirectory = output, Seed = seed, Threads = threads,
        });
        Merger.Execute(plan);
        using var checkpoint = Checkpoint.Open(output);
        return checkpoint.Tensors.ToDictionary(pair => Short(pair.Key), pair => MergedTensors.Floats(pair.Value));
    }

    public void Dispose() => folder.Dispose();

    private static string Short(string name) => name.StartsWith("model.layers.0.", StringComparison.Ordinal) ? name.Split('.')[3] : name;
}
