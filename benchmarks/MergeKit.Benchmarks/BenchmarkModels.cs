using MergeKit.SyntheticModels;

namespace MergeKit.Benchmarks;

/// <summary>The generated models: a base model and two fine-tunes of it, below the benchmarks' folder.</summary>
internal sealed class BenchmarkModels
{
    /// <summary>Number of layers of every model.</summary>
    public const int Layers = 24;

    private static readonly string[] Names = ["base", "math", "chat"];

    private readonly string folder;

    /// <summary>The models that the options ask for, which need not be there yet.</summary>
    public BenchmarkModels(Options options)
    {
        Shape = LlamaShape.OfSize((long)(options.Gigabytes * 1e9), Layers);
        folder = Path.Combine(options.Folder, FormattableString.Invariant($"models-{options.Gigabytes}"));
    }

    /// <summary>Sizes of each of them.</summary>
    public LlamaShape Shape { get; }

    /// <summary>Whether some of them are there.</summary>
    public bool Exist => Directory.Exists(folder);

    /// <summary>The models that the options ask for; writes those that are not there yet.</summary>
    /// <param name="options">The options.</param>
    /// <param name="outputs">Models that will be written besides.</param>
    public static BenchmarkModels Ensure(Options options, int outputs)
    {
        var models = new BenchmarkModels(options);
        models.RequireSpace(outputs);
        models.Ensure();
        return models;
    }

    /// <summary>Makes sure, before anything is written, that the models that are not there yet fit on the disk.</summary>
    /// <param name="outputs">Models of the same size that have to fit besides.</param>
    /// <exception cref="InvalidOperationException">They do not.</exception>
    public void RequireSpace(int outputs)
    {
        var missing = Names.Sum(name => GeneratedModel.MissingBytes(PathOf(name), Shape));
        FreeSpace.Require(folder, missing + (outputs * Shape.ByteLength), outputs == 0 ? "The models" : "Models and merges");
    }

    /// <summary>Writes the models that are not there yet.</summary>
    public void Ensure()
    {
        foreach (var (seed, name) in Names.Index())
        {
            GeneratedModel.Ensure(PathOf(name), Shape, seed);
        }

        Console.WriteLine(FormattableString.Invariant($"models: {Names.Length} of {Shape.ByteLength / 1e9:F2} GB with {Layers} layers in {folder}"));
    }

    /// <summary>Deletes the models.</summary>
    public void Delete() => Directory.Delete(folder, recursive: true);

    /// <summary>The largest size of a file that divides a model into so many; room for what does not fit exactly is in it.</summary>
    public long ShardSizeFor(int shards) => (Shape.ByteLength / shards) + (64 << 20);

    /// <summary>Full path of a model's folder.</summary>
    public string PathOf(string name) => Path.Combine(folder, name);
}
