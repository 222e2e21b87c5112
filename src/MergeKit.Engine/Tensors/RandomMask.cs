using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tensors;

/// <summary>1 with the given probability, else 0, drawn for each flat index from the Philox stream of <paramref name="key"/>.</summary>
internal sealed class RandomMask(TensorShape shape, ulong key, double probability) : Tensor(shape)
{
    public ulong Key { get; } = key;

    /// <summary>An element is 1 where its 32 random bits are below this; 2³² keeps all.</summary>
    public ulong KeepBelow { get; } = (ulong)(Math.Clamp(probability, 0, 1) * (1UL << 32));
}
