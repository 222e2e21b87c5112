using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>A tensor of zeros: what a bias is in a model that has none.</summary>
internal sealed class ZeroTensor(string name, DType dtype, TensorShape shape) : TensorSource(name, dtype, shape)
{
    public override void Read(long start, Span<byte> destination) => destination.Clear();

    internal override string ContentId(IContentDigests digests) => $"{DType} {Shape} zeros";
}
