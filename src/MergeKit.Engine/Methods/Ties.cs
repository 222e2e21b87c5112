using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Methods;

/// <summary>Trims task vectors to their largest elements, elects a sign per element, and averages those that agree with it.</summary>
internal sealed class Ties() : TaskVectorMethod(normalizeByDefault: true, rescaleByDefault: false)
{
    private static readonly NumberParameter Density = new("density")
    {
        Description = "Fraction of the task vector's elements to keep, largest magnitudes first.",
        PerModel = true, Default = 1, Minimum = 0, AboveMinimum = true,
    };

    public override string Name => "ties";

    public override string Title => "TIES";

    public override string Summary => "Trims task vectors to their largest elements, elects a sign for every element, and averages those that agree with it.";

    public override string UseWhen => "several fine-tunes of one base interfere when simply added.";

    protected override string SparsifierFormula => "dᵢ = τᵢ in its max(1, int(density·n)) elements of largest magnitude (of equal ones, those of the lowest index), else 0";

    public override string Example => """
        merge_method: ties
        base_model: ./base
        models:
          - model: ./chat
            parameters: {weight: 0.5, density: 0.6}
          - model: ./math
            parameters: {weight: [0.3, 0.7], density: 0.6}
        dtype: bfloat16
        """;

    public override string Reference => "https://arxiv.org/abs/2306.01708";

    protected override bool SignConsensus => true;

    protected override IReadOnlyList<MethodParameter> SparsifierParameters => [Density];

    protected override IReadOnlyList<Tensor> Sparsify(IReadOnlyList<MergeInput> models, IReadOnlyList<Tensor> taskVectors, ITensorMath math) =>
        MagnitudeSparsifier.Apply(taskVectors, [.. models.Select(model => model[Density])], math);
}
