using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Methods;

/// <summary>DARE: drops elements of task vectors at random and rescales what is left. Keeps each with probability <c>density</c>.</summary>
internal abstract class DareMethod() : TaskVectorMethod(normalizeByDefault: false, rescaleByDefault: true)
{
    private static readonly NumberParameter Density = new("density")
    {
        Description = "Probability with which an element of the task vector is kept.",
        PerModel = true, Default = 1, Minimum = 0,
    };

    private static readonly FlagParameter RescaleByDensity = new("rescale_by_density")
    {
        Description = "With rescale: multiply what is kept by 1/density, as in the DARE paper, instead of scaling to the L1 norm before.",
    };

    public sealed override string Reference => "https://arxiv.org/abs/2311.03099";

    public sealed override bool IsRandom => true;

    protected sealed override string SparsifierFormula => "dᵢ = τᵢ with probability density, drawn for every element, else 0";

    protected sealed override string RescaleFormula => base.RescaleFormula + "; by 1/density if rescale_by_density";

    protected sealed override IReadOnlyList<MethodParameter> SparsifierParameters => [Density, RescaleByDensity];

    protected sealed override IReadOnlyList<Tensor> Sparsify(IReadOnlyList<MergeInput> models, IReadOnlyList<Tensor> taskVectors, ITensorMath math) =>
        [.. taskVectors.Select((taskVector, i) => models[i][Density] >= 1
            ? taskVector
            : new RandomDropout(taskVector, models[i].RandomKey, models[i][Density]))];

    protected sealed override IReadOnlyList<double> RescaleFactors(
        MergeInputs inputs, IReadOnlyList<Tensor> taskVectors, IReadOnlyList<Tensor> sparse, ITensorMath math) =>
        inputs[RescaleByDensity]
            ? [.. inputs.Models.Select(model => model[Density] is > 0 and < 1 and var density ? 1 / density : 1)]
            : base.RescaleFactors(inputs, taskVectors, sparse, math);
}
