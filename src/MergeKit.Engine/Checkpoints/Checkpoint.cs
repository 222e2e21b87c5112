using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Models;

namespace MergeKit.Engine.Checkpoints;

/// <summary>The weights of a model folder: one safetensors file or several shards, with or without an index.</summary>
public sealed class Checkpoint : IDisposable
{
    private readonly List<SafetensorsFile> shards;

    private Checkpoint(string folder, List<SafetensorsFile> shards, Dictionary<string, TensorSource> tensors, CheckpointIndex? index)
    {
        this.shards = shards;
        Folder = folder;
        Tensors = tensors;
        Files = [.. shards.Select(shard => shard.Path), .. index is null ? [] : new[] { index.Path }];
    }

    /// <summary>The files with the tensors, in ordinal order of their names.</summary>
    public IReadOnlyList<SafetensorsFile> Shards => shards;

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
        RequireNotQuantized(full);
        return Open(full, WeightFinder.Find(full));
    }

    /// <summary>Finds and opens the weights of an adapter's folder; reads headers only.</summary>
    /// <param name="folder">The adapter's folder.</param>
    /// <exception cref="MergeException">There are no weights, or they break a rule of their format or have one that is not read.</exception>
    internal static Checkpoint OpenAdapter(string folder)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return Open(full, WeightFinder.FindAdapter(full));
    }

    /// <summary>Closes the files; the tensors can no longer be read.</summary>
    public void Dispose() => shards.ForEach(shard => shard.Dispose());

    private static Checkpoint Open(string folder, WeightFiles files)
    {
        var shards = new List<SafetensorsFile>();
        try
        {
            foreach (var path in files.Shards)
            {
                shards.Add(SafetensorsFile.Open(path));
            }

            var tensors = ShardMap.Join(shards, files.Index);
            return new Checkpoint(folder, shards, tensors, files.Index);
        }
        catch
        {
            shards.ForEach(shard => shard.Dispose());
            throw;
        }
    }

    private static void RequireNotQuantized(string folder)
    {
        var path = Path.Combine(folder, "config.json");
        if (File.Exists(path) && ModelConfig.Read(path).QuantizationMethod is { } method)
        {
            throw new MergeException(DiagnosticCode.WeightsAreQuantized, null, folder, DisplayText.Of(method));
        }
    }
}
