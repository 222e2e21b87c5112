using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Methods;

/// <summary>RAM with compensation: what only one model changed is amplified, the more so the more of that model's changes are shared with others.</summary>
internal sealed class RamPlus: MergeMethod
{
    private static readonly NumberParameter R = new("r")
    {
        Description = "Strength of the amplification.", Default = 0.1, Minimum = 0,
    };

    private static readonly NumberParameter Alpha = new("alpha")
    {
        Description = "Largest ratio of shared to own changes that counts.", Default = 0.2, Minimum = 0,
    };

    public override string Name => "ramplus_tl";

    public override string Title => "Reinforced Agent Merging Plus (Tensor-Local)";

    public override string Summary => "As ram, and what only one model changed is amplified, the more so the more of that model's changes are shared with others.";

    public override string UseWhen => "ram would fit, but the models overlap so much that averaging the shared part costs them some of their skill.";

    public override string Formula => """
        activeᵢ and count as in ram; ρᵢ = (number of activeᵢ where count > 1) / max(number of activeᵢ where count = 1, epsilon)
        b + Σ (1 + r·clamp(ρᵢ, 0, alpha))·active τᵢ where count = 1, + Σ active τᵢ / count where count > 1
        """;

    public override string Example => """
        merge_method: ramplus_tl
        base_model: ./base
        models:
          - model: ./chat
          - model: ./math
        parameters: {r: 0.1, alpha: 0.2}
        dtype: bfloat16
        """;

    public override string Reference => "https://arxiv.org/abs/2601.13572";

    public override BaseRole BaseRole => BaseRole.Required;

    public override IReadOnlyList<MethodParameter> Parameters => [R, Alpha, ActiveElements.Epsilon];

    public override Tensor Merge(MergeInputs inputs, ITensorMath math)
    {
        var active = ActiveElements.Of(inputs);
        var shared = active.Count.IsAbove(1);
        var single = (-1 * shared).Plus(1);
        var counts = math.Dot([.. active.Masks.SelectMany(mask => new[] { (mask, shared), (mask, single) })]);
        var factors = active.Masks.Select((_, i) =>
            1 + inputs[R] * Math.Clamp(counts[2 * i] / Math.Max(counts[2 * i + 1], inputs[ActiveElements.Epsilon]), 0, inputs[Alpha]));
        var amplified = Tensor.Sum(factors.Zip(active.TaskVectors)).Where(single);
        return inputs.Base!.Tensor + amplified + (active.Sum / active.Count.AtLeast(1)).Where(shared);
    }
}
