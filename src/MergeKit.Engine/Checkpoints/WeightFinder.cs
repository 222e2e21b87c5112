using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>Finds the files that hold the weights of a model folder.</summary>
internal static class WeightFinder
{
    /// <summary>
    /// Finds the weights, in safetensors files if there are any, else in pickles: <c>model.safetensors</c> (<c>pytorch_model.bin</c>), else the
    /// shards of an index, else what other files of the format there are.
    /// </summary>
    /// <exception cref="MergeException">There are no weights, not all of them, more than one set, or none in a format that can be read.</exception>
    public static WeightFiles Find(string folder)
    {
        var names = FileNames(folder);
        return WeightFormat.All.Select(format => Find(folder, names, format)).FirstOrDefault(files => files is not null) ?? throw ForeignWeights.Explain(folder, names);
    }

    private static WeightFiles? Find(string folder, List<string> names, WeightFormat format)
    {
        if (names.Contains(format.SingleFile))
        {
            return new WeightFiles(format, [Path.Combine(folder, format.SingleFile)], null);
        }

        if (names.Contains(format.IndexFile))
        {
            return Indexed(folder, format, CheckpointIndex.Read(Path.Combine(folder, format.IndexFile)));
        }

        var shards = Unindexed(folder, names, format);
        return shards.Count > 0 ? new WeightFiles(format, shards.ConvertAll(name => Path.Combine(folder, name)), null) : null;
    }

    /// <summary>Finds the weights of an adapter: <c>adapter_model.safetensors</c>, else <c>adapter_model.bin</c>.</summary>
    /// <exception cref="MergeException">There are none.</exception>
    public static WeightFiles FindAdapter(string folder) =>
        WeightFormat.All.Select(format => new WeightFiles(format, [Path.Combine(folder, format.AdapterFile)], null)).FirstOrDefault(files => File.Exists(files.Shards[0]))
            ?? throw new MergeException(DiagnosticCode.AdapterWeightsMissing, null, folder);

    /// <summary>Names of the files in a folder, in ordinal order.</summary>
    /// <exception cref="MergeException">The folder cannot be read.</exception>
    public static List<string> FileNames(string folder)
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

    private static WeightFiles Indexed(string folder, WeightFormat format, CheckpointIndex index)
    {
        var missing = new DiagnosticBag();
        var shards = index.ShardOf.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        foreach (var shard in shards.Where(shard => !File.Exists(Path.Combine(folder, shard))))
        {
            missing.Error(DiagnosticCode.ShardMissing, null, DisplayText.Of(shard), folder, $"named in {format.IndexFile}");
        }

        missing.ThrowIfErrors();
        return new WeightFiles(format, shards.ConvertAll(shard => Path.Combine(folder, shard)), index);
    }

    private static List<string> Unindexed(string folder, List<string> names, WeightFormat format)
    {
        var candidates = names.FindAll(format.Matches);

        // Mistral publishes the same weights a second time, in its own naming, as consolidated*.safetensors.
        var preferred = candidates.FindAll(name => !name.StartsWith("consolidated", StringComparison.Ordinal));
        var files = preferred.Count > 0 ? preferred : candidates;
        if (files.Count == 0 || NumberedShards.TryComplete(folder, files) || files.Count == 1)
        {
            return files;
        }

        throw new MergeException(DiagnosticCode.WeightsAmbiguous, null, folder, DisplayText.Of(string.Join(", ", files)), format.IndexFile);
    }
}
