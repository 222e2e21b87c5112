using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>Finds the files that hold the weights of a model folder.</summary>
internal static class WeightFinder
{
    /// <summary>Finds the weights that <see cref="WeightChoice.Among(IReadOnlyCollection{string}, string)"/> chooses.</summary>
    /// <exception cref="MergeException">There are no weights, not all of them, more than one set, or none in a format that can be read.</exception>
    public static WeightFiles Find(string folder)
    {
        var names = FileNames(folder);
        var choice = WeightChoice.Among(names, folder) ?? throw ForeignWeights.Explain(folder, names);
        return choice.Index is { } index ? Indexed(folder, choice.Format, CheckpointIndex.Read(Path.Combine(folder, index))) : Plain(folder, choice);
    }

    /// <summary>Finds the weights of an adapter.</summary>
    /// <exception cref="MergeException">There are none.</exception>
    public static WeightFiles FindAdapter(string folder) =>
        Plain(folder, WeightChoice.OfAdapter(FileNames(folder)) ?? throw new MergeException(DiagnosticCode.AdapterWeightsMissing, null, folder));

    private static WeightFiles Plain(string folder, WeightChoice choice) =>
        new(choice.Format, [.. choice.Files.Select(name => Path.Combine(folder, name))], null);

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
        foreach (var shard in index.Shards.Where(shard => !File.Exists(Path.Combine(folder, shard))))
        {
            missing.Error(DiagnosticCode.ShardMissing, null, DisplayText.Of(shard), folder, $"named in {format.IndexFile}");
        }

        missing.ThrowIfErrors();
        return new WeightFiles(format, [.. index.Shards.Select(shard => Path.Combine(folder, shard))], index);
    }
}
