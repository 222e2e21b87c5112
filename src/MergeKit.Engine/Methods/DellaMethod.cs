using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Methods;

/// <summary>
/// DELLA: drops elements of task vectors at random, those of small magnitude in their row more likely (magprune), and rescales what is left.
/// </summary>
/// <param name="normalizeByDefault">Default of <c>normalize</c>.</param>
internal abstract class DellaMethod(bool normalizeByDefault) : TaskVectorMethod(normalizeByDefault, rescaleByDefault: true)
{
    private static readonly NumberParameter Density = new("density")
    {
        Description = "Mean probability with which an element of the task vector is kept.", PerModel = true, Default = 1, Minimum = 0,
    };

    private static readonly NumberParameter Epsilon = new("epsilon")
    {
        Description = "How far the probability of the smallest and the largest element of a row lies from the mean.", PerModel = true, Default = 0.15,
    };

    public sealed override string Reference => "https://arxiv.org/abs/2406.11617";

    public sealed override bool IsRandom => true;

    protected sealed override string SparsifierFormula => """
        dᵢ = τᵢ with probability density − epsilon + 2·epsilon·r/(k − 1), drawn for every element, else 0
        r = 0 … k − 1 is the element's rank by magnitude, ascending, in its row of k (last axis)
        """;

    protected sealed override IReadOnlyList<MethodParameter> SparsifierParameters => [Density, Epsilon];

    public sealed override ParameterConflict? FindConflict(ParameterValues model)
    {
        var (density, epsilon) = (model[Density], model[Epsilon]);
        return density is > 0 and < 1 && (density - Math.Abs(epsilon) <= 0 || density + Math.Abs(epsilon) >= 1)
            ? new ParameterConflict(Epsilon, FormattableString.Invariant($"density ± epsilon must lie between 0 and 1, but is {density} ± {epsilon}"))
            : null;
    }

    protected sealed override IReadOnlyList<Tensor> Sparsify(IReadOnlyList<MergeInput> models, IReadOnlyList<Tensor> taskVectors, ITensorMath math) =>
        [.. taskVectors.Select((taskVector, i) => Prune(taskVector, models[i]))];

    private static Tensor Prune(Tensor taskVector, MergeInput model) => model[Density] switch
    {
        >= 1 => taskVector,
        <= 0 => 0 * taskVector,
        var density => new RankedDropout(taskVector, model.RandomKey, density, model[Epsilon]),
    };
}
