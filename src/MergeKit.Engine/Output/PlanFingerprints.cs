using System.Security.Cryptography;
using System.Text;
using MergeKit.Engine.Caching;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Planning;

namespace MergeKit.Engine.Output;

/// <summary>The fingerprints of a plan's tensors and files.</summary>
internal sealed class PlanFingerprints
{
    private readonly Dictionary<PlannedTensor, TensorFingerprint> tensors = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<PlannedShard, string> shards = new(ReferenceEqualityComparer.Instance);

    public PlanFingerprints(MergePlan plan, IContentDigests digests)
    {
        foreach (var shard in plan.Shards)
        {
            foreach (var tensor in shard.Tensors)
            {
                tensors.Add(tensor, TensorFingerprint.Of(tensor, plan.Request.Seed, digests));
            }

            shards.Add(shard, Hash(shard));
        }
    }

    /// <summary>What a tensor's bytes depend on.</summary>
    public TensorFingerprint this[PlannedTensor tensor] => tensors[tensor];

    /// <summary>Hash of everything a file's bytes depend on: its header and its tensors.</summary>
    public string this[PlannedShard shard] => shards[shard];

    private string Hash(PlannedShard shard)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(shard.Layout.Header.Span);
        foreach (var tensor in shard.Tensors)
        {
            hash.AppendData(Encoding.ASCII.GetBytes(tensors[tensor].Hash));
        }

        return Sha256Text.Take(hash);
    }
}
