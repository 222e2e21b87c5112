using MergeKit.SyntheticModels;

namespace MergeKit.Benchmarks;

/// <summary>The generated models: a base model and two fine-tunes of it, below the benchmarks' folder.</summary>
/// <param name="Folder">The folder that holds the models' folders.</param>
/// <param name="Shape">Sizes of each of them.</param>
internal sealed record BenchmarkModels(string Folder, LlamaShape Shape)
{
    /// <summary>Number of layers of every model.</summary>
    public const int Layers = 24;

    private static readonly string[] Names = ["base", "math", "chat"];

    /// <summary>Writes the models that are not there yet.</summary>
    public static BenchmarkModels Ensure(Options options)
    {
        var shape = LlamaShape.OfSize((long)(options.Gigabytes * 1e9), Layers);
        var models = new BenchmarkModels(Path.Combine(options.Folder, FormattableString.Invariant($"models-{options.Gigabytes}")), shape);
        foreach (var (seed, name) in Names.Index())
        {
            GeneratedModel.Ensure(models.PathOf(name), shape, seed);
        }

        Console.WriteLine(FormattableString.Invariant($"models: {Names.Length} of {shape.ByteLength / 1e9:F2} GB with {Layers} layers in {models.Folder}"));
        return models;
    }

    /// <summary>The largest size of a file that divides a model into so many; room for what does not fit exactly is in it.</summary>
    public long ShardSizeFor(int shards) => (Shape.ByteLength / shards) + (64 << 20);

    /// <summary>Full path of a model's folder.</summary>
    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Full path of the file with a model's weights.</summary>
    public string WeightsOf(string name) => Path.Combine(PathOf(name), GeneratedModel.WeightsFile);
}
