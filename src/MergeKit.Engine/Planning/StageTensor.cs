using MergeKit.Engine.Checkpoints;

namespace MergeKit.Engine.Planning;

/// <summary>A tensor of a stage. It can be read as soon as the stage is in its folder; what it will depend on is known before.</summary>
/// <param name="planned">The tensor in the stage's plan.</param>
/// <param name="seed">The stage's seed.</param>
/// <param name="file">The shard, opened when it is first needed.</param>
/// <param name="fileOffset">Bytes from the start of the shard to the first element.</param>
internal sealed class StageTensor(PlannedTensor planned, long seed, Lazy<CheckpointFile> file, long fileOffset)
    : TensorSource(planned.Name, planned.OutputDType, planned.Shape)
{
    private readonly Lazy<StoredTensor> stored = new(() => new StoredTensor(planned.Name, planned.OutputDType, planned.Shape, file.Value, fileOffset));
    private Tuple<IContentDigests, string>? known;

    public override void Read(long start, Span<byte> destination) => stored.Value.Read(start, destination);

    /// <summary>
    /// What the elements depend on in their place. Kept for the same digests, as otherwise every path through a recipe's stages would be walked
    /// anew; not for others, which may know more, or newer inputs.
    /// </summary>
    internal override string ContentId(IContentDigests digests)
    {
        var last = known;
        if (last?.Item1 != digests)
        {
            known = last = Tuple.Create(digests, $"{DType} {Shape} merged {TensorFingerprint.Of(planned, seed, digests).Hash}");
        }

        return last.Item2;
    }
}
