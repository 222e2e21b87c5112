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
        Description = "Added to lengths before dividing by them.", Default = 1e-8, Minimum = 0,
    };

    public override string Name => "multislerp";

    public override string Title => "Multi-SLERP";

    public override string Reference => "https://goddard.blog/posts/multislerp-wow-what-a-cool-idea";

    public override BaseRole BaseRole => BaseRole.Optional;

    public override int MinimumModels => 2;

    public override IReadOnlyList<MethodParameter> Parameters => [Weight, NormalizeWeights, Eps];

    public override Tensor Merge(MergeInputs inputs, ITensorMath math)
    {
        var vectors = inputs.Vectors();
        var weights = inputs.Models.Select(model => model[Weight]).ToArray();
        var divisor = inputs[NormalizeWeights] ? weights.Sum() : 1;
        weights = [.. weights.Select(weight => weight / divisor)];
        var coefficients = Coefficients(GramMatrix.Of(vectors, math), weights, inputs[Eps])
            ?? (weights.Length == 2 ? weights : throw inputs.Failure("the weighted directions of the models cancel out, so they have no mean direction; change a weight or drop a model"));
        return inputs.FromOrigin(vectors.Select((vector, i) => (coefficients[i], vector)));
    }

    /// <summary>The result's coefficients; null where the mean direction vanishes.</summary>
    private static double[]? Coefficients(GramMatrix gram, double[] weights, double eps)
    {
        // Every vector is written in terms of the inputs xᵢ; uᵢ is eᵢ / (‖xᵢ‖ + eps).
        var unit = weights.Select((_, i) => 1 / (gram.Norm(i) + eps)).ToArray();
        var mean = weights.Select((weight, i) => weight * unit[i]).ToArray();
        var meanNorm = gram.Norm(mean);
        if (meanNorm < eps || meanNorm == 0)
        {
            return null;
        }

        mean = [.. mean.Select(c => c / meanNorm)];
        var projections = weights.Select((_, i) => unit[i] * gram.Dot(mean, Axis(i, weights.Length))).ToArray();
        var onMean = weights.Select((weight, i) => weight * projections[i]).Sum();
        var tangent = weights.Select((weight, i) => weight * unit[i] - onMean * mean[i]).ToArray();
        var length = gram.Norm(tangent) + eps;
        var radius = weights.Select((weight, i) => weight * gram.Norm(i)).Sum();
        return [.. mean.Select((c, i) => radius * (Math.Cos(length) * c + (length == 0 ? 1 : Math.Sin(length) / length) * tangent[i]))];
    }

    private static double[] Axis(int i, int count) => [.. Enumerable.Range(0, count).Select(j => j == i ? 1.0 : 0)];
}
