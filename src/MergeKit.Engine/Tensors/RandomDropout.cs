namespace MergeKit.Engine.Tensors;

/// <summary>Keeps every element with the given probability.</summary>
internal sealed class RandomDropout(Tensor x, ulong key, double probability) : DropoutTensor(x, key)
{
    /// <summary>An element is kept where its 32 random bits are below this; 2³² keeps all.</summary>
    public ulong KeepBelow { get; } = (ulong)(Math.Clamp(probability, 0, 1) * (1UL << 32));
}
