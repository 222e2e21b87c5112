using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Methods;

/// <summary>
/// Spherical linear interpolation from the base (t = 0) to the other model (t = 1); linear where the two are nearly parallel.
/// Source: K. Shoemake, "Animating rotation with quaternion curves", SIGGRAPH 1985.
/// </summary>
internal sealed class Slerp : MergeMethod
{
    private const double SmallestNorm = 1e-8;
    private const double Parallel = 0.9995;

    private static readonly NumberParameter T = new("t")
    {
        Description = "Position between the base (0) and the other model (1).", Required = true,
    };

    public override string Name => "slerp";

    public override string Title => "SLERP";

    public override string Summary => "Goes along the arc from the base (t = 0) to another model (t = 1), so that the result is as long as its ends where a straight line would cut the corner.";

    public override string UseWhen => "exactly two models are to be blended, perhaps with another t for attention, MLP or every layer.";

    public override string Formula => """
        cos θ = ⟨b, x⟩ / (‖b‖·‖x‖), where a norm of at most 1e-8 counts as 1
        sin((1 − t)θ)/sin θ · b + sin(tθ)/sin θ · x; (1 − t)·b + t·x where |cos θ| > 0.9995
        """;

    public override string Example => """
        merge_method: slerp
        base_model: ./chat
        models:
          - model: ./chat
          - model: ./math
        parameters:
          t:
            - {filter: attn, value: [0, 0.5, 0.3, 0.7, 1]}
            - {filter: mlp, value: [1, 0.5, 0.7, 0.3, 0]}
            - value: 0.5
        dtype: bfloat16
        """;

    public override string Reference => "https://en.wikipedia.org/wiki/Slerp";

    public override BaseRole BaseRole => BaseRole.Required;

    public override bool UsesTaskVectors => false;

    public override int MaximumModels => 1;

    public override IReadOnlyList<MethodParameter> Parameters => [T];

    public override Tensor Merge(MergeInputs inputs, ITensorMath math)
    {
        var (a, c, t) = (inputs.Base!.Tensor, inputs.Models[0].Tensor, inputs[T]);
        var dots = math.Dot([(a, a), (c, c), (a, c)]);
        var cosine = dots[2] / (Divisor(dots[0]) * Divisor(dots[1]));
        if (Math.Abs(cosine) > Parallel)
        {
            return Tensor.Sum([(1 - t, a), (t, c)]);
        }

        var theta = Math.Acos(cosine);
        return Tensor.Sum([(Math.Sin((1 - t) * theta) / Math.Sin(theta), a), (Math.Sin(t * theta) / Math.Sin(theta), c)]);
    }

    private static double Divisor(double squaredNorm) => Math.Sqrt(squaredNorm) is > SmallestNorm and var norm ? norm : 1;
}
