using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.Conformance;

namespace MergeKit.Engine.Tests.TestModels;

/// <summary>Small float32 models of one layer with tensors of given shapes and values, and merges of them.</summary>
internal sealed class GeneratedModels : IDisposable
{
    private const string Config = """{"model_type":"llama","architectures":["LlamaForCausalLM"],"num_hidden_layers":1,"hidden_size":8,"vocab_size":16}""";

    private readonly MergeWorkspace workspace = new();

    /// <summary>Writes a model; the tensors' names are completed to those of layer 0 unless they hold a dot.</summary>
    public void Add(string name, params (string Tensor, long[] Shape, float[] Values)[] tensors)
    {
        var builder = new SafetensorsBuilder();
        foreach (var (tensor, shape, values) in tensors)
        {
            builder.Add(tensor.Contains('.', StringComparison.Ordinal) ? tensor : $"model.layers.0.{tensor}.weight", DType.F32, shape, values);
        }

        workspace.Model(name, builder, Config);
    }

    /// <summary>Merges by a recipe whose models are the given ones and gives the tensors by the names they were added with.</summary>
    public Dictionary<string, float[]> Merge(string recipe, long seed = 0, int threads = 1)
    {
        MergeWorkspace.Merge(workspace.Request(recipe) with { Seed = seed, Threads = threads });
        using var checkpoint = Checkpoint.Open(workspace.Output);
        return checkpoint.Tensors.ToDictionary(pair => Short(pair.Key), pair => MergedTensors.Floats(pair.Value));
    }

    public void Dispose() => workspace.Dispose();

    private static string Short(string name) => name.StartsWith("model.layers.0.", StringComparison.Ordinal) ? name.Split('.')[3] : name;
}
