using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Adapters;

/// <summary>A tensor that stands in a model under another name, and in the place of one of another type.</summary>
internal sealed class SubstituteTensor(string name, DType nominal, TensorSource inner) : TensorSource(name, inner.DType, inner.Shape)
{
    /// <inheritdoc/>
    public override DType NominalDType => nominal;

    internal override bool IsComputed => inner.IsComputed;

    public override void Read(long start, Span<byte> destination) => inner.Read(start, destination);

    internal override string ContentId(IContentDigests digests) => inner.ContentId(digests);
}
