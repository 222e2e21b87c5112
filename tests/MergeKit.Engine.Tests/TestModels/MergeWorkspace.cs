using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Tests.Conformance;

namespace MergeKit.Engine.Tests.TestModels;

/// <summary>A folder with generated models in which recipes are merged.</summary>
internal sealed class MergeWorkspace : IDisposable
{
    private const string Config = """{"architectures": ["ToyModel"], "model_type": "toy", "torch_dtype": "float32"}""";

    private readonly TemporaryFolder folder = new();

    public string Path => folder.Path;

    /// <summary>The model folder that merges write unless told otherwise.</summary>
    public string Output => folder["models/out"];

    public string this[string name] => folder[name];

    public void Model(string name, SafetensorsBuilder weights, string config = Config)
    {
        folder.Write($"{name}/config.json", config);
        weights.Write(folder[$"{name}/model.safetensors"]);
    }

    public void Write(string name, string text) => folder.Write(name, text);

    public MergeRequest Request(string recipe) => new()
    {
        Name = "out",
        RecipePath = folder["recipe.yml"],
        RecipeText = recipe,
        ProjectDirectory = folder.Path,
        OutputDirectory = Output,
        StateDirectory = folder["state"],
        Threads = 2,
    };

    public MergeResult Merge(string recipe) => Merge(Request(recipe));

    public static MergeResult Merge(MergeRequest request, Action<MergeProgress>? progress = null, CancellationToken cancellation = default) =>
        Merge(request, new MergeWatcher { Progress = progress ?? (_ => { }) }, cancellation);

    public static MergeResult Merge(MergeRequest request, MergeWatcher watcher, CancellationToken cancellation = default)
    {
        using var plan = Merger.Plan(request, CancellationToken.None);
        return Merger.Execute(plan, watcher, cancellation);
    }

    /// <summary>Merges and tells what had to be done.</summary>
    public static MergeWork Work(MergeRequest request)
    {
        var watcher = new MergeWatcher();
        Merge(request, watcher);
        return watcher.Works[^1];
    }

    /// <summary>Values of a tensor of a model folder; of the output unless told otherwise.</summary>
    public float[] Floats(string tensor, string? model = null)
    {
        using var checkpoint = Checkpoint.Open(model ?? Output);
        return MergedTensors.Floats(checkpoint.Tensors[tensor]);
    }

    public void Dispose() => folder.Dispose();
}
