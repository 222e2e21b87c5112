using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Methods;

/// <summary>Keeps the int(density·n) elements of largest magnitude, at least one; density ≥ 1 keeps all.</summary>
internal static class MagnitudeSparsifier
{
    public static IReadOnlyList<Tensor> Apply(IReadOnlyList<Tensor> taskVectors, IReadOnlyList<double> densities, ITensorMath math)
    {
        var sparse = taskVectors.ToArray();
        var trimmed = Enumerable.Range(0, sparse.Length).Where(i => densities[i] < 1 && sparse[i].Shape.ElementCount > 0).ToArray();
        if (trimmed.Length > 0)
        {
            var boundaries = math.LargestMagnitudes(
                [.. trimmed.Select(i => (sparse[i], Math.Max(1, (long)(densities[i] * sparse[i].Shape.ElementCount)), TieOrder.LowestIndexFirst))]);
            for (var i = 0; i < trimmed.Length; i++)
            {
                sparse[trimmed[i]] = sparse[trimmed[i]].Where(new MagnitudeMask(sparse[trimmed[i]], boundaries[i]));
            }
        }

        return sparse;
    }
}
