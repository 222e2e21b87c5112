using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Methods;

/// <summary>Weighted mean: Σ wᵢxᵢ, divided by Σ wᵢ if <c>normalize</c>.</summary>
internal sealed class Linear : MergeMethod
{
    private static readonly NumberParameter Weight = new("weight")
    {
        Description = "Weight of the model.", PerModel = true, Required = true,
    };

    private static readonly FlagParameter Normalize = new("normalize")
    {
        Description = "Divide by the sum of the weights.", Default = true,
    };

    public override string Name => "linear";

    public override string Title => "Linear";

    public override string Summary => "Weighted mean of the models' parameters: a model soup.";

    public override string UseWhen => "the models are close to each other: checkpoints of one training run, or fine-tunes of one base with other data or settings.";

    public override string Formula => "Σ wᵢ·xᵢ, divided by Σ wᵢ if normalize";

    public override string Example => """
        merge_method: linear
        models:
          - model: ./chat
            parameters: {weight: 0.6}
          - model: ./math
            parameters: {weight: 0.4}
        dtype: bfloat16
        """;

    public override string Reference => "https://arxiv.org/abs/2203.05482";

    public override BaseRole BaseRole => BaseRole.OrdinaryModel;

    public override IReadOnlyList<MethodParameter> Parameters => [Weight, Normalize];

    public override ParameterConflict? FindConflict(ParameterValues tensor, IReadOnlyList<ParameterValues> models) =>
        tensor[Normalize] ? CommonParameters.CancelledWeights(Weight, models) : null;

    public override Tensor Merge(MergeInputs inputs, ITensorMath math)
    {
        var sum = inputs.Models.Sum(model => model[Weight]);
        var divisor = inputs[Normalize] ? sum : 1;
        return Tensor.Sum(inputs.Models.Select(model => (model[Weight] / divisor, (Tensor)model.Tensor)));
    }
}
