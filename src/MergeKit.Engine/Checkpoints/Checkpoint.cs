using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>The weights of a model folder: one file or several shards, with or without an index; safetensors, or pickles where there are none.</summary>
public sealed class Checkpoint : IDisposable
{
    private readonly List<WeightsFile> shards;

    private Checkpoint(string folder, List<WeightsFile> shards, Dictionary<string, TensorSource> tensors, CheckpointIndex? index)
    {
        this.shards = shards;
        Folder = folder;
        Tensors = tensors;
        Files = [.. shards.Select(shard => shard.Path), .. index is null ? [] : new[] { index.Path }];
    }

    /// <summary>The files with the tensors, in ordinal order of their names.</summary>
    public IReadOnlyList<WeightsFile> Shards => shards;

    /// <summary>Full path of the model folder.</summary>
    public string Folder { get; }

    /// <summary>All tensors by name (ordinal).</summary>
    public IReadOnlyDictionary<string, TensorSource> Tensors { get; }

    /// <summary>Full paths of the files that the weights depend on: shards in ordinal order, then the index if there is one.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Finds and opens the weights of a model folder; reads headers only.</summary>
    /// <param name="folder">The model folder.</param>
    /// <exception cref="MergeException">
    /// There are no weights, they are incomplete, quantized or in another format, or a file breaks a rule of its format.
    /// </exception>
    public static Checkpoint Open(string folder)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var quantization = Float8Quantization.Of(full);
        if (quantization is null)
        {
            QuantizedWeights.RefuseFiles(full, WeightFinder.FileNames(full));
        }

        return Open(full, WeightFinder.Find(full), quantization);
    }

    /// <summary>Finds and opens the weights of an adapter's folder; reads headers only.</summary>
    /// <param name="folder">The adapter's folder.</param>
    /// <exception cref="MergeException">There are no weights, or they break a rule of their format.</exception>
    internal static Checkpoint OpenAdapter(string folder)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return Open(full, WeightFinder.FindAdapter(full), null);
    }

    /// <summary>Makes sure that the files are what they were when they were opened.</summary>
    /// <exception cref="MergeException">A file was written to since.</exception>
    internal void RequireUnchanged() => shards.ForEach(shard => shard.File.RequireUnchanged());

    /// <summary>Closes the files; the tensors can no longer be read.</summary>
    public void Dispose() => shards.ForEach(shard => shard.Dispose());

    private static Checkpoint Open(string folder, WeightFiles files, Float8Quantization? quantization)
    {
        var shards = new List<WeightsFile>();
        try
        {
            foreach (var path in files.Shards)
            {
                shards.Add(files.Format.Open(path));
            }

            var tensors = ShardMap.Join(shards, files.Index);
            QuantizedWeights.RefuseTensors(folder, tensors);
            return new Checkpoint(folder, shards, Float8Weights.Dequantize(folder, tensors, quantization), files.Index);
        }
        catch
        {
            shards.ForEach(shard => shard.Dispose());
            throw;
        }
    }
}
