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
