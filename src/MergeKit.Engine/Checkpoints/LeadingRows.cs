using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>The first rows (or, of a 1-D tensor, elements) of another tensor.</summary>
internal sealed class LeadingRows(TensorSource inner, long rows)
    : TensorSource(inner.Name, inner.DType, inner.Shape.Rank == 1 ? new TensorShape(rows) : new TensorShape([rows, .. inner.Shape.AsSpan()[1..]]))
{
    /// <inheritdoc/>
    public override DType NominalDType => inner.NominalDType;

    internal override bool IsComputed => inner.IsComputed;

    public override void Read(long start, Span<byte> destination) => inner.Read(start, destination);

    internal override string ContentId(IContentDigests digests) => $"first {Shape} of {inner.ContentId(digests)}";
}
