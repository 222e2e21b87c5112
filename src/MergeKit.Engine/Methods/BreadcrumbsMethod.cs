using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Methods;

/// <summary>
/// Model breadcrumbs: drops the largest magnitudes of a task vector (outliers) and the smallest (noise). Of n elements in ascending order
/// the positions n_bot to n − n_top − 1 stay, with n_top = int(gamma·n) and n_bot = n − int(density·n) − n_top.
/// </summary>
internal abstract class BreadcrumbsMethod() : TaskVectorMethod(normalizeByDefault: false, rescaleByDefault: false)
{
    private static readonly NumberParameter Density = new("density")
    {
        Description = "Fraction of the task vector's elements to keep.", PerModel = true, Default = 1, Minimum = 0,
    };

    private static readonly NumberParameter Gamma = new("gamma")
    {
        Description = "Fraction of the elements of largest magnitude to drop.", PerModel = true, Default = 0.01, Minimum = 0, Maximum = 1,
    };

    public sealed override string Reference => "https://arxiv.org/abs/2312.06795";

    protected sealed override string SparsifierFormula => """
        n_top = int(gamma·n), n_bot = n − int(density·n) − n_top; where n_bot < 0: n_top ← n_top + n_bot, n_bot ← 0
        dᵢ = τᵢ at positions n_bot … n − n_top − 1 of its n elements in ascending order of magnitude, else 0
        """;

    protected sealed override IReadOnlyList<MethodParameter> SparsifierParameters => [Density, Gamma];

    protected sealed override IReadOnlyList<Tensor> Sparsify(IReadOnlyList<MergeInput> models, IReadOnlyList<Tensor> taskVectors, ITensorMath math)
    {
        var elements = taskVectors[0].Shape.ElementCount;
        var ranges = models.Select(model => Kept(elements, model[Density], model[Gamma])).ToList();
        var requests = new List<(Tensor X, long Count, TieOrder Ties)>();
        foreach (var (taskVector, (first, end)) in taskVectors.Zip(ranges).Where(pair => pair.Second.First < pair.Second.End))
        {
            requests.Add((taskVector, elements - first, TieOrder.HighestIndexFirst));
            requests.Add((taskVector, Math.Max(1, elements - end), TieOrder.HighestIndexFirst));
        }

        var boundaries = new Queue<MagnitudeBoundary>(requests.Count == 0 ? [] : math.LargestMagnitudes(requests));
        return [.. taskVectors.Zip(ranges).Select(pair => Between(pair.First, pair.Second, elements, boundaries))];
    }

    private static (long First, long End) Kept(long elements, double density, double gamma)
    {
        var top = (long)(gamma * elements);
        var bottom = elements - Math.Min(elements, (long)(density * elements)) - top;
        if (bottom < 0)
        {
            top += bottom;
            bottom = 0;
        }

        return (bottom, elements - top);
    }

    private static Tensor Between(Tensor taskVector, (long First, long End) range, long elements, Queue<MagnitudeBoundary> boundaries)
    {
        if (range.First >= range.End)
        {
            return 0 * taskVector;
        }

        var (lower, upper) = (boundaries.Dequeue(), boundaries.Dequeue());
        var kept = taskVector.Where(new MagnitudeMask(taskVector, lower));
        return range.End == elements ? kept : kept - taskVector.Where(new MagnitudeMask(taskVector, upper));
    }
}
