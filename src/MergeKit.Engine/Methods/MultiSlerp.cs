using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Methods;

/// <summary>Spherical mean of any number of models, or of their task vectors: the mean direction, corrected once in its tangent space, at the mean length.</summary>
internal sealed class MultiSlerp: MergeMethod
{
    private static readonly NumberParameter Weight = new("weight")
    {
        Description = "Weight of the model.", PerModel = true, Required = true,
    };

    private static readonly FlagParameter NormalizeWeights = new("normalize_weights")
    {
        Description = "Divide the weights by their sum.", Default = true,
    };

    private static readonly NumberParameter Eps = new("eps")
    {
        Description = "Added to lengths before dividing by them.", Default = 1e-8, Minimum = 0, AboveMinimum = true,
    };

    public override string Name => "multislerp";

    public override string Title => "Multi-SLERP";

    public override string Summary => "Spherical mean of any number of models; with a base, of their task vectors. One step from the mean direction within its tangent space; the length is the mean of the lengths.";

    public override string UseWhen => "more than two models are to be blended along the sphere.";

    public override string Formula => """
        vᵢ = xᵢ, or τᵢ with a base; uᵢ = vᵢ/(‖vᵢ‖ + eps); weights divided by their sum if normalize_weights
        μ = Σ wᵢ·uᵢ, divided by its length; v = Σ wᵢ·(uᵢ − ⟨uᵢ, μ⟩·μ); n = ‖v‖ + eps
        (cos n · μ + sin n / n · v) · Σ wᵢ·‖vᵢ‖; + b with a base
        where ‖Σ wᵢ·uᵢ‖ < eps: Σ wᵢ·vᵢ for two models and for zeros, else an error
        """;

    public override string Example => """
        merge_method: multislerp
        base_model: ./base
        models:
          - model: ./chat
            parameters: {weight: 0.5}
          - model: ./math
            parameters: {weight: 0.3}
          - model: ./code
            parameters: {weight: 0.2}
        dtype: bfloat16
        """;

    public override string Reference => "https://goddard.blog/posts/multislerp-wow-what-a-cool-idea";

    public override BaseRole BaseRole => BaseRole.Optional;

    public override int MinimumModels => 2;

    public override IReadOnlyList<MethodParameter> Parameters => [Weight, NormalizeWeights, Eps];

    public override ParameterConflict? FindConflict(ParameterValues tensor, IReadOnlyList<ParameterValues> models) =>
        tensor[NormalizeWeights] ? CommonParameters.CancelledWeights(Weight, models) : null;

    public override Tensor Merge(MergeInputs inputs, ITensorMath math)
    {
        var vectors = inputs.Vectors();
        var weights = inputs.Models.Select(model => model[Weight]).ToArray();
        var divisor = inputs[NormalizeWeights] ? weights.Sum() : 1;
        weights = [.. weights.Select(weight => weight / divisor)];
        var gram = GramMatrix.Of(vectors, math);
        var coefficients = Coefficients(gram, weights, inputs[Eps])
            ?? (weights.Length == 2 || vectors.Select((_, i) => gram.Norm(i)).All(norm => norm == 0) ? weights
                : throw inputs.Failure("the weighted directions of the models cancel out, so they have no mean direction; change a weight or drop a model"));
        return inputs.FromOrigin(vectors.Select((vector, i) => (coefficients[i], vector)));
    }

    /// <summary>The result's coefficients; null where the mean direction vanishes.</summary>
    private static double[]? Coefficients(GramMatrix gram, double[] weights, double eps)
    {
        // Every vector is written in terms of the inputs xᵢ; uᵢ is eᵢ / (‖xᵢ‖ + eps).
        var unit = weights.Select((_, i) => 1 / (gram.Norm(i) + eps)).ToArray();
        var mean = weights.Select((weight, i) => weight * unit[i]).ToArray();
        var meanNorm = gram.Norm(mean);
        if (meanNorm < Math.Max(eps, GramMatrix.Resolution * weights.Sum(Math.Abs)))
        {
            return null;
        }

        mean = [.. mean.Select(c => c / meanNorm)];
        var projections = weights.Select((_, i) => unit[i] * gram.Dot(mean, Axis(i, weights.Length))).ToArray();
        var onMean = weights.Select((weight, i) => weight * projections[i]).Sum();
        var tangent = weights.Select((weight, i) => weight * unit[i] - onMean * mean[i]).ToArray();
        var length = gram.Norm(tangent) + eps;
        var radius = weights.Select((weight, i) => weight * gram.Norm(i)).Sum();
        return [.. mean.Select((c, i) => radius * (Math.Cos(length) * c + Math.Sin(length) / length * tangent[i]))];
    }

    private static double[] Axis(int i, int count) => [.. Enumerable.Range(0, count).Select(j => j == i ? 1.0 : 0)];
}
