namespace MergeKit.Engine.Output;

/// <summary>Sums up what a merge has to do.</summary>
internal static class WorkSummary
{
    public static MergeWork Of(MergePlan plan, IReadOnlyList<ShardWork> shards, FormerModel former)
    {
        var written = shards.Where(shard => shard.IsWritten).SelectMany(shard => shard.Tensors).Where(tensor => !tensor.IsInPlace).ToList();
        var computed = written.FindAll(tensor => tensor.IsComputed);
        var inputs = computed.SelectMany(tensor => tensor.Tensor.Inputs).Select(input => input.Source).Distinct().Sum(source => source.ByteLength);
        var copied = written.Where(tensor => !tensor.IsComputed).Sum(tensor => tensor.Tensor.ByteLength);
        return new MergeWork(plan.Request.Name, plan.TensorCount, computed.Count, inputs + copied, written.Sum(tensor => tensor.Tensor.ByteLength), ChangeReport.Of(computed, former));
    }
}
