namespace MergeKit.Engine.TorchSharp;

/// <summary>
/// Numbers as libtorch takes them: each is an object of its own there, made once instead of in every operation. A number that TorchSharp makes for a
/// call may be collected, and its memory used again, while the call reads it: so none is left to it, also where it has defaults.
/// </summary>
internal static class Constants
{
    /// <summary>Exponents beyond these count as these, as in the engine's own kernel.</summary>
    private const double ExponentLimit = 87;

    public static Scalar Zero { get; } = 0f.ToScalar();

    /// <summary>The factor of the second operand of sums: that of TorchSharp does not live long enough.</summary>
    public static Scalar Unscaled { get; } = 1.ToScalar();

    /// <summary>Smaller than every magnitude.</summary>
    public static Scalar NoMagnitude { get; } = (-1f).ToScalar();

    public static Scalar One { get; } = 1f.ToScalar();

    public static Scalar NaN { get; } = float.NaN.ToScalar();

    public static Scalar LeastExponent { get; } = (-ExponentLimit).ToScalar();

    public static Scalar LargestExponent { get; } = ExponentLimit.ToScalar();

    /// <summary>What is added to probabilities, so that they have logarithms.</summary>
    public static Scalar SmallestProbability { get; } = 1e-8.ToScalar();
}
