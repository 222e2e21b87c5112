using System.Text.Json.Nodes;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.Conformance;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Adapters;

/// <summary>A folder with a base model and an adapter in the making.</summary>
internal sealed class AdapterFolder : IDisposable
{
    public const string Passthrough = "merge_method: passthrough\nmodels: [{ model: base+lora }]\n";
    public const string Prefix = "base_model.model.";

    private readonly MergeWorkspace workspace = new();
    private readonly Dictionary<string, (DType DType, long[] Shape, float[] Values)> model = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (DType DType, long[] Shape, float[] Values)> adapter = new(StringComparer.Ordinal);

    public AdapterFolder() => Base("model.layers.0.input_layernorm.weight", DType.F32, [4]);

    /// <summary>The base model's config.json.</summary>
    public JsonObject Config { get; } = JsonNode.Parse("""{"model_type": "toy", "architectures": ["ToyModel"], "num_hidden_layers": 1, "vocab_size": 24, "tie_word_embeddings": false}""")!.AsObject();

    /// <summary>The adapter's adapter_config.json.</summary>
    public JsonObject Settings { get; } = JsonNode.Parse("""{"peft_type": "LORA", "task_type": "CAUSAL_LM", "r": 4, "lora_alpha": 6, "bias": "none", "target_modules": ["q_proj"]}""")!.AsObject();

    public MergeWorkspace Workspace => workspace;

    /// <summary>Adds a tensor of the base model with noise (zeros, if it holds integers), or the given values.</summary>
    public AdapterFolder Base(string name, DType dtype, long[] shape, float[]? values = null)
    {
        Add(model, name, dtype, shape, values);
        return this;
    }

    /// <summary>Adds a tensor of the adapter with noise, or the given values; PEFT's prefix is put before its name.</summary>
    public AdapterFolder Adapter(string name, DType dtype, long[] shape, float[]? values = null)
    {
        Add(adapter, Prefix + name, dtype, shape, values);
        return this;
    }

    /// <summary>Adds both factors of a linear layer.</summary>
    public AdapterFolder Factors(string module, long outputs, long inputs, int rank = 4, DType dtype = DType.F32) =>
        Adapter($"{module}.lora_A.weight", dtype, [rank, inputs]).Adapter($"{module}.lora_B.weight", dtype, [outputs, rank]);

    /// <summary>Gives the adapter's tensors other names.</summary>
    public AdapterFolder Rename(Func<string, string> rename)
    {
        foreach (var (name, tensor) in adapter.ToList())
        {
            adapter.Remove(name);
            adapter.Add(rename(name), tensor);
        }

        return this;
    }

    public AdapterFolder Set(string name, JsonNode? value)
    {
        Settings[name] = value;
        return this;
    }

    /// <summary>Writes model and adapter.</summary>
    public AdapterFolder Write(string baseName = "base", string adapterName = "lora")
    {
        workspace.Model(baseName, Builder(model), Config.ToJsonString());
        workspace.Write($"{adapterName}/adapter_config.json", Settings.ToJsonString());
        Builder(adapter).Write(workspace[$"{adapterName}/adapter_model.safetensors"]);
        return this;
    }

    /// <summary>Puts a pickle of the same tensors in the place of the adapter's safetensors file.</summary>
    public void PickleAdapter()
    {
        var pickle = new TorchBuilder();
        foreach (var (name, (dtype, shape, values)) in adapter)
        {
            pickle.Add(name, dtype, shape, values);
        }

        File.WriteAllBytes(workspace["lora/adapter_model.bin"], pickle.Zip());
        File.Delete(workspace["lora/adapter_model.safetensors"]);
    }

    /// <summary>Merges and gives the tensors of the output.</summary>
    public Dictionary<string, (DType DType, float[] Values)> Merge(string recipe = Passthrough, Func<MergeRequest, MergeRequest>? change = null)
    {
        MergeWorkspace.Merge((change ?? (request => request))(workspace.Request(recipe)));
        using var checkpoint = Checkpoint.Open(workspace.Output);
        return checkpoint.Tensors.ToDictionary(pair => pair.Key, pair => (pair.Value.DType, MergedTensors.Floats(pair.Value)));
    }

    /// <summary>The bytes of a tensor of the output.</summary>
    public byte[] Bytes(string name)
    {
        using var checkpoint = Checkpoint.Open(workspace.Output);
        return MergedTensors.Bytes(checkpoint.Tensors[name]);
    }

    /// <summary>The errors of a plan.</summary>
    public IReadOnlyList<Diagnostic> Refuse(string recipe = Passthrough) =>
        Assert.Throws<MergeException>(() => Merger.Plan(workspace.Request(recipe)).Dispose()).Diagnostics;

    /// <summary>Values of a tensor of the base model, as they are stored.</summary>
    public float[] BaseValues(string name) => model[name].Values;

    /// <summary>Values of a tensor of the adapter, as they are stored.</summary>
    public float[] AdapterValues(string name) => adapter[Prefix + name].Values;

    public void Dispose() => workspace.Dispose();

    private static void Add(Dictionary<string, (DType, long[], float[])> tensors, string name, DType dtype, long[] shape, float[]? values)
    {
        values ??= Noise.Normal(name.Sum(c => c) + name.Length, shape.Aggregate(1L, (x, y) => x * y), 0.3);
        if (dtype.IsFloat())
        {
            FloatCodec.Round(dtype, values);
        }

        tensors[name] = (dtype, shape, values);
    }

    private static SafetensorsBuilder Builder(Dictionary<string, (DType DType, long[] Shape, float[] Values)> tensors)
    {
        var builder = new SafetensorsBuilder();
        foreach (var (name, tensor) in tensors)
        {
            if (tensor.DType.IsFloat())
            {
                builder.Add(name, tensor.DType, tensor.Shape, tensor.Values);
            }
            else
            {
                builder.Add(name, tensor.DType, tensor.Shape, new byte[tensor.Values.Length * tensor.DType.Size()]);
            }
        }

        return builder;
    }
}
