using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Methods;

/// <summary>SLERP of two models, or of their task vectors where there is a base, with weights in place of a position, for whole tensors or for their rows or columns.</summary>
internal sealed class NuSlerp: MergeMethod
{
    private const double SmallestNorm = 1e-7;
    private const double SmallestSine = 1e-8;
    private const double SmallestWeight = 1e-6;

    private static readonly NumberParameter Weight = new("weight")
    {
        Description = "Weight of the model; the position on the arc is the second model's share.", PerModel = true, Required = true,
    };

    private static readonly FlagParameter Flatten = new("nuslerp_flatten")
    {
        Description = "Treat the whole tensor as one vector.", Default = true,
    };

    private static readonly FlagParameter RowWise = new("nuslerp_row_wise")
    {
        Description = "Without flatten: vectors run along the first axis instead of the last.",
    };

    public override string Name => "nuslerp";

    public override string Title => "NuSLERP";

    public override string Summary => "SLERP of two models with weights in place of a position; with a base, of their task vectors. Whole tensors, rows or columns can be the vectors.";

    public override string UseWhen => "two models are to be blended along the arc, and the recipe thinks in weights, or they are fine-tunes of one base.";

    public override string Formula => """
        vᵢ = xᵢ, or τᵢ with a base; t = w₂/(w₁ + w₂), or 0.5 where |w₁ + w₂| < 1e-6
        cos θ = ⟨v₁, v₂⟩ / (‖v₁‖·‖v₂‖), with norms of at least 1e-7
        sin((1 − t)θ)/sin θ · v₁ + sin(tθ)/sin θ · v₂; (1 − t)·v₁ + t·v₂ where |sin θ| < 1e-8; + b with a base
        """;

    public override string Example => """
        merge_method: nuslerp
        base_model: ./base
        models:
          - model: ./chat
            parameters: {weight: 0.7}
          - model: ./math
            parameters: {weight: 0.3}
        dtype: bfloat16
        """;

    public override BaseRole BaseRole => BaseRole.Optional;

    public override int MinimumModels => 2;

    public override int MaximumModels => 2;

    public override IReadOnlyList<MethodParameter> Parameters => [Weight, Flatten, RowWise];

    public override Tensor Merge(MergeInputs inputs, ITensorMath math)
    {
        var vectors = inputs.Vectors();
        var sum = inputs.Models[0][Weight] + inputs.Models[1][Weight];
        var t = Math.Abs(sum) < SmallestWeight ? 0.5 : inputs.Models[1][Weight] / sum;
        if (inputs[Flatten])
        {
            var (a, c) = Coefficients(GramMatrix.Of(vectors, math), t);
            return inputs.FromOrigin([(a, vectors[0]), (c, vectors[1])]);
        }

        var axis = inputs[RowWise] ? TensorAxis.Columns : TensorAxis.Rows;
        var coefficients = GramMatrix.OfVectors(vectors, axis, math).Select(gram => Coefficients(gram, t)).ToList();
        return inputs.FromOrigin(
        [
            (1, vectors[0].Scale([.. coefficients.Select(pair => pair.A)], axis)),
            (1, vectors[1].Scale([.. coefficients.Select(pair => pair.C)], axis)),
        ]);
    }

    private static (double A, double C) Coefficients(GramMatrix gram, double t)
    {
        var cosine = gram[0, 1] / (Math.Max(gram.Norm(0), SmallestNorm) * Math.Max(gram.Norm(1), SmallestNorm));
        var theta = Math.Acos(Math.Clamp(cosine, -1, 1));
        var sine = Math.Sin(theta);
        return Math.Abs(sine) < SmallestSine ? (1 - t, t) : (Math.Sin((1 - t) * theta) / sine, Math.Sin(t * theta) / sine);
    }
}
