using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Methods;

/// <summary>Moves the base towards the other model where the two are close: m = clamp(t / max(|a − c|, 1e-6), 0, 1); m·c + (1 − m)·a.</summary>
internal sealed class NearSwap: MergeMethod
{
    private const double SmallestDistance = 1e-6;

    private static readonly NumberParameter T = new("t")
    {
        Description = "Distance up to which an element is taken from the other model; farther elements are pulled less.", Required = true,
    };

    public override string Name => "nearswap";

    public override string Title => "NearSwap";

    public override string Summary => "Moves the base towards the other model where the two are close, and leaves it alone where they are far apart.";

    public override string UseWhen => "a model is to take on a little of another's character without losing its own strong opinions.";

    public override string Formula => "m·c + (1 − m)·a with a = b, c = the other model, m = clamp(t / max(|a − c|, 1e-6), 0, 1)";

    public override string Example => """
        merge_method: nearswap
        base_model: ./base
        models:
          - model: ./chat
        parameters: {t: 0.001}
        dtype: bfloat16
        """;

    public override string Reference => "https://huggingface.co/alchemonaut/QuartetAnemoi-70B-t0.0001";

    public override BaseRole BaseRole => BaseRole.Required;

    public override bool UsesTaskVectors => false;

    public override int MaximumModels => 1;

    public override IReadOnlyList<MethodParameter> Parameters => [T];

    public override Tensor Merge(MergeInputs inputs, ITensorMath math)
    {
        var (a, c) = (inputs.Base!.Tensor, inputs.Models[0].Tensor);
        var m = (a - c).Abs().AtLeast(SmallestDistance).DivideInto(inputs[T]).AtLeast(0).AtMost(1);
        return m * c + (-1 * m).Plus(1) * a;
    }
}
