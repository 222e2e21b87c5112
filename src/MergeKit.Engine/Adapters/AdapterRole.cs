namespace MergeKit.Engine.Adapters;

/// <summary>What a tensor of an adapter is to its module.</summary>
internal enum AdapterRole
{
    /// <summary>The factor on the side of a linear layer's inputs, [rank, in].</summary>
    A,

    /// <summary>The factor on the side of a linear layer's outputs, [out, rank].</summary>
    B,

    /// <summary>A bias that is added, scaled, to the layer's.</summary>
    BiasOfB,

    /// <summary>The factor on the side of an embedding's tokens, [rank, tokens].</summary>
    EmbeddingA,

    /// <summary>The other factor of an embedding, [width, rank].</summary>
    EmbeddingB,

    /// <summary>DoRA's magnitudes, one per output.</summary>
    Magnitude,
}
