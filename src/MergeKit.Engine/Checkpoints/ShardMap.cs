using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>Joins the tensors of several shards under their names.</summary>
internal static class ShardMap
{
    /// <summary>Joins shards and checks them against the index, if there is one: both must name the same tensors in the same files.</summary>
    /// <exception cref="MergeException">A tensor is in two shards, or index and shards disagree; all disagreements are reported.</exception>
    public static Dictionary<string, TensorSource> Join(IReadOnlyList<WeightsFile> shards, CheckpointIndex? index)
    {
        var errors = new DiagnosticBag();
        var tensors = new Dictionary<string, TensorSource>(shards.Sum(shard => shard.Tensors.Count), StringComparer.Ordinal);
        foreach (var tensor in shards.SelectMany(shard => shard.Tensors))
        {
            if (!tensors.TryAdd(tensor.Name, tensor))
            {
                var first = ((StoredTensor)tensors[tensor.Name]).FilePath;
                errors.Error(DiagnosticCode.TensorInSeveralShards, null, DisplayText.Of(tensor.Name), first, tensor.FilePath);
            }
        }

        errors.ThrowIfErrors();
        if (index is not null)
        {
            CompareWithIndex(tensors, index, errors);
            errors.ThrowIfErrors();
        }

        return tensors;
    }

    private static void CompareWithIndex(Dictionary<string, TensorSource> tensors, CheckpointIndex index, DiagnosticBag errors)
    {
        foreach (var (name, shard) in index.ShardOf)
        {
            if (!tensors.TryGetValue(name, out var tensor) || FileName(tensor) != shard)
            {
                errors.Error(DiagnosticCode.TensorNotInShard, null, index.Path, DisplayText.Of(name), DisplayText.Of(shard));
            }
        }

        foreach (var tensor in tensors.Values.Where(tensor => !index.ShardOf.ContainsKey(tensor.Name)))
        {
            errors.Error(DiagnosticCode.TensorNotInIndex, null, DisplayText.Of(tensor.Name), ((StoredTensor)tensor).FilePath, index.Path);
        }
    }

    private static string FileName(TensorSource tensor) => Path.GetFileName(((StoredTensor)tensor).FilePath);
}
