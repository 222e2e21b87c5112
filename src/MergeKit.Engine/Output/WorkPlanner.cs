using MergeKit.Engine.Planning;

namespace MergeKit.Engine.Output;

/// <summary>Decides what has to be done for each output file: what is there already is used again.</summary>
internal static class WorkPlanner
{
    /// <summary>Decides for one file.</summary>
    /// <param name="shard">The file.</param>
    /// <param name="fingerprints">What its bytes depend on.</param>
    /// <param name="former">The present model.</param>
    /// <param name="unfinished">What an interrupted merge has left of this file; null if nothing.</param>
    public static ShardWork Decide(PlannedShard shard, PlanFingerprints fingerprints, FormerModel former, JournalShard? unfinished)
    {
        var work = new ShardWork(
            shard, fingerprints[shard], [.. shard.Tensors.Zip(shard.Layout.Tensors, (tensor, placed) => new TensorWork(tensor, placed.FileOffset, fingerprints[tensor]))]);
        return former.Shard(work.Fingerprint) is { Shard: { } state } file
            && work.FinishedBy(new FinishedShard(former.PathOf(file), file.Stamp, file.Sha256), [.. state.Tensors.Select(tensor => tensor.Report)]) is { } finished
                ? finished
                : work with { Tensors = [.. work.Tensors.Select(tensor => Decide(tensor, former, unfinished))] };
    }

    /// <summary>The stages whose tensors something is computed from.</summary>
    public static IEnumerable<MergePlan> StagesFor(IEnumerable<ShardWork> shards) =>
        shards.SelectMany(shard => shard.Tensors).Where(tensor => tensor.IsComputed).SelectMany(tensor => tensor.Tensor.Inputs)
            .Select(input => input.Model.Source.Stage).OfType<MergePlan>().Distinct();

    private static TensorWork Decide(TensorWork tensor, FormerModel former, JournalShard? unfinished)
    {
        if (unfinished?.Find(tensor.FileOffset, tensor.Tensor, tensor.Fingerprint.Hash) is { } report)
        {
            return tensor with { Known = report };
        }

        return former.Find(tensor.Tensor, tensor.Fingerprint.Hash) is { } found ? tensor with { Known = found.Report, Former = found.Source } : tensor;
    }
}
