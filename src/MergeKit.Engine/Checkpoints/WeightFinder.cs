using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>Finds the files that hold the weights of a model folder.</summary>
internal static class WeightFinder
{
    private const string SingleFile = "model.safetensors";
    private const string IndexFile = "model.safetensors.index.json";

    /// <summary>Finds the weights: <c>model.safetensors</c>, else the shards of an index, else what other safetensors files there are.</summary>
    /// <exception cref="MergeException">There are no weights, not all of them, more than one set, or none in a format that can be read.</exception>
    public static WeightFiles Find(string folder)
    {
        var names = FileNames(folder);
        if (names.Contains(SingleFile))
        {
            return new WeightFiles([Path.Combine(folder, SingleFile)], null);
        }

        if (names.Contains(IndexFile))
        {
            return Indexed(folder, CheckpointIndex.Read(Path.Combine(folder, IndexFile)));
        }

        var shards = Unindexed(folder, names);
        return new WeightFiles(shards.ConvertAll(name => Path.Combine(folder, name)), null);
    }

    /// <summary>Finds the weights of an adapter: <c>adapter_model.safetensors</c>.</summary>
    /// <exception cref="MergeException">There are none, or none in a format that can be read.</exception>
    public static WeightFiles FindAdapter(string folder) =>
        File.Exists(Path.Combine(folder, ForeignWeights.AdapterFile)) ? new WeightFiles([Path.Combine(folder, ForeignWeights.AdapterFile)], null)
        : File.Exists(Path.Combine(folder, ForeignWeights.AdapterPickle)) ? throw new MergeException(DiagnosticCode.WeightsArePickle, null, folder, ForeignWeights.AdapterPickle)
        : throw new MergeException(DiagnosticCode.AdapterWeightsMissing, null, folder);

    private static List<string> FileNames(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (FileErrors.Is(exception))
        {
            throw FileErrors.NotReadable(exception, folder);
        }
    }

    private static WeightFiles Indexed(string folder, CheckpointIndex index)
    {
        var missing = new DiagnosticBag();
        var shards = index.ShardOf.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        foreach (var shard in shards.Where(shard => !File.Exists(Path.Combine(folder, shard))))
        {
            missing.Error(DiagnosticCode.ShardMissing, null, DisplayText.Of(shard), folder, $"named in {IndexFile}");
        }

        missing.ThrowIfErrors();
        return new WeightFiles(shards.ConvertAll(shard => Path.Combine(folder, shard)), index);
    }

    private static List<string> Unindexed(string folder, List<string> names)
    {
        var candidates = names.FindAll(name =>
            name.EndsWith(".safetensors", StringComparison.Ordinal) && name != ForeignWeights.AdapterFile);

        // Mistral publishes the same weights a second time, in its own naming, as consolidated*.safetensors.
        var preferred = candidates.FindAll(name => !name.StartsWith("consolidated", StringComparison.Ordinal));
        var files = preferred.Count > 0 ? preferred : candidates;
        if (files.Count == 0)
        {
            throw ForeignWeights.Explain(folder, names);
        }

        if (NumberedShards.TryComplete(folder, files) || files.Count == 1)
        {
            return files;
        }

        throw new MergeException(DiagnosticCode.WeightsAmbiguous, null, folder, DisplayText.Of(string.Join(", ", files)));
    }
}
