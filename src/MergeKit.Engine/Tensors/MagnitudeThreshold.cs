namespace MergeKit.Engine.Tensors;

/// <summary>Which elements belong to the k largest in magnitude.</summary>
/// <param name="Bits">Bits of the smallest selected magnitude, as a float32 without its sign: magnitudes order like their bits.</param>
/// <param name="LastTie">Flat index of the last selected element among those whose magnitude equals it.</param>
internal readonly record struct MagnitudeThreshold(uint Bits, long LastTie);
