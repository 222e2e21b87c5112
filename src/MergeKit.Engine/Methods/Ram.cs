using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Methods;

/// <summary>Reinforced agent merging: an element that one model changed is taken as it is, one that several changed is averaged over those.</summary>
internal sealed class Ram: MergeMethod
{
    public override string Name => "ram";

    public override string Title => "Reinforced Agent Merging";

    public override string Summary => "An element that one model changed is taken as it is; one that several changed is averaged over those.";

    public override string UseWhen => "models come from reinforcement learning, whose sparse changes plain averaging would dilute.";

    public override string Formula => """
        activeᵢ = |τᵢ| > epsilon; count = number of active models
        b + Σ active τᵢ / max(count, 1)
        """;

    public override string Example => """
        merge_method: ram
        base_model: ./base
        models:
          - model: ./chat
          - model: ./math
        dtype: bfloat16
        """;

    public override string Reference => "https://arxiv.org/abs/2601.13572";

    public override BaseRole BaseRole => BaseRole.Required;

    public override IReadOnlyList<MethodParameter> Parameters => [ActiveElements.Epsilon];

    public override Tensor Merge(MergeInputs inputs, ITensorMath math)
    {
        var active = ActiveElements.Of(inputs);
        return inputs.Base!.Tensor + active.Sum / active.Count.AtLeast(1);
    }
}
