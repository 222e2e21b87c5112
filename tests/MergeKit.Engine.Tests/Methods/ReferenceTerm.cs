namespace MergeKit.Engine.Tests.Methods;

/// <summary>A model's part in a reference merge.</summary>
/// <param name="Values">The model's tensor.</param>
/// <param name="Weight">Its weight.</param>
/// <param name="Density">Fraction of the task vector kept by magnitude.</param>
/// <param name="Kept">The elements kept at random, where a method draws them; takes the place of <paramref name="Density"/>.</param>
/// <param name="Gamma">Fraction of largest magnitudes that is dropped, where a method drops outliers.</param>
internal sealed record ReferenceTerm(float[] Values, double Weight, double Density = 1, bool[]? Kept = null, double? Gamma = null);
