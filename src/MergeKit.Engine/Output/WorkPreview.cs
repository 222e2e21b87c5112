using MergeKit.Engine.Caching;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Output;

/// <summary>Says what a merge would have to do, from what is remembered: reads no tensor data and writes nothing.</summary>
internal static class WorkPreview
{
    /// <summary>The work of the stages that would be made, then that of the final merge. What an interrupted merge has left is not looked for.</summary>
    public static IReadOnlyList<MergeWork> Of(MergePlan plan, ITensorBackend backend)
    {
        var digests = new KnownDigests(MergeSession.MemoryOf(plan.Request), backend.Version);
        var cache = plan.Request.CacheDirectory is { } directory ? UserCache.ShardsIn(directory, plan.Request.CacheSize, _ => { }) : null;
        var works = new List<MergeWork>();
        Add(plan, digests, cache, works, []);
        return works;
    }

    private static void Add(MergePlan plan, KnownDigests digests, ShardCache? cache, List<MergeWork> works, HashSet<MergePlan> seen)
    {
        var fingerprints = new PlanFingerprints(plan, digests);
        using var former = FormerModel.Find(plan.Request, digest: null);
        var shards = plan.Shards.Select(shard => Fetch(WorkPlanner.Decide(shard, fingerprints, former, unfinished: null), cache)).ToList();
        foreach (var stage in WorkPlanner.StagesFor(shards).Where(seen.Add))
        {
            Add(stage, digests, cache, works, seen);
        }

        works.Add(WorkSummary.Of(plan, shards, former));
    }

    private static ShardWork Fetch(ShardWork shard, ShardCache? cache) =>
        shard.IsWanted && cache?.Find(shard.Fingerprint) is { } cached ? shard.From("", cached) ?? shard : shard;

    /// <summary>Digests that are remembered; a file of which nothing is known counts as one that was never seen.</summary>
    private sealed class KnownDigests(DigestMemory memory, string? backend) : IContentDigests
    {
        private readonly Dictionary<string, CheckpointDigest?> files = new(StringComparer.Ordinal);

        public string? Backend { get; } = backend;

        public string Of(StoredTensor tensor)
        {
            if (!files.TryGetValue(tensor.FilePath, out var known))
            {
                files.Add(tensor.FilePath, known = memory.Find(tensor.FilePath));
            }

            return known?.Tensors.GetValueOrDefault(CheckpointDigest.KeyOf(tensor)) ?? $"unknown {tensor.FilePath}";
        }
    }
}
