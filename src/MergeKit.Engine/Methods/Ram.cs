using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Methods;

/// <summary>Reinforced agent merging: an element that one model changed is taken as it is, one that several changed is averaged over those.</summary>
internal sealed class Ram: MergeMethod
{
    public override string Name => "ram";

    public override string Title => "Reinforced Agent Merging";

    public override string Reference => "https://arxiv.org/abs/2601.13572";

    public override BaseRole BaseRole => BaseRole.Required;

    public override IReadOnlyList<MethodParameter> Parameters => [ActiveElements.Epsilon];

    public override Tensor Merge(MergeInputs inputs, ITensorMath math)
    {
        var active = ActiveElements.Of(inputs);
        return inputs.Base!.Tensor + active.Sum / active.Count.AtLeast(1);
    }
}
