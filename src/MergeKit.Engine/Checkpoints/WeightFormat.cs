namespace MergeKit.Engine.Checkpoints;

/// <summary>A format of checkpoints: how its files are named and opened.</summary>
internal sealed class WeightFormat
{
    private const string AdapterName = "adapter_model";

    private readonly string[] extensions;

    /// <summary>Beginnings of names that are not a model's weights.</summary>
    private readonly string[] otherFiles;

    private WeightFormat(string singleFile, string[] extensions, string[] otherFiles, Func<string, WeightsFile> open)
    {
        SingleFile = singleFile;
        this.extensions = extensions;
        this.otherFiles = otherFiles;
        Open = open;
    }

    /// <summary>The format of choice.</summary>
    public static WeightFormat Safetensors { get; } = new("model.safetensors", [".safetensors"], [AdapterName], SafetensorsFile.Open);

    /// <summary>The older format of PyTorch. Trainers leave other pickles beside the weights.</summary>
    public static WeightFormat Pickle { get; } = new(
        "pytorch_model.bin", [".bin", ".pt", ".pth"], [AdapterName, "training_args", "optimizer", "scheduler", "rng_state", "scaler"], PickleFile.Open);

    /// <summary>The formats, in the order in which they are looked for.</summary>
    public static IReadOnlyList<WeightFormat> All { get; } = [Safetensors, Pickle];

    /// <summary>The file that has all tensors.</summary>
    public string SingleFile { get; }

    /// <summary>The file that says which shard has which tensor.</summary>
    public string IndexFile => SingleFile + ".index.json";

    /// <summary>The file of a LoRA adapter, which is no model by itself.</summary>
    public string AdapterFile => AdapterName + extensions[0];

    /// <summary>Opens a file.</summary>
    public Func<string, WeightsFile> Open { get; }

    /// <summary>Whether a file may hold weights by its name.</summary>
    public bool Matches(string name) =>
        extensions.Contains(Path.GetExtension(name)) && !Array.Exists(otherFiles, prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
