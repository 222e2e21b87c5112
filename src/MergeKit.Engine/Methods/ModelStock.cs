using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Methods;

/// <summary>Moves from the base towards the mean of the models as far as their task vectors agree: t·mean(xᵢ) + (1 − t)·b with t = N·c / (1 + (N − 1)·c) and c the mean cosine between task vectors.</summary>
internal sealed class ModelStock: MergeMethod
{
    private const double SmallestProduct = 1e-6;

    /// <summary>Below this the task vectors cancel each other out: their mean says nothing, and t would be infinite.</summary>
    private const double SmallestDivisor = 1e-6;

    private static readonly FlagParameter FilterWise = new("filter_wise")
    {
        Description = "Compute a t for every row along the last axis instead of one for the tensor.",
    };

    public override string Name => "model_stock";

    public override string Title => "Model Stock";

    public override string Summary => "Moves from the base towards the mean of the fine-tunes as far as their task vectors agree in direction.";

    public override string UseWhen => "two or more fine-tunes on the same task differ by seed or settings, and no weight is to be tuned.";

    public override string Formula => """
        c = mean over pairs of clamp(⟨τᵢ, τⱼ⟩ / max(‖τᵢ‖·‖τⱼ‖, 1e-6), −1, 1); t = N·c / (1 + (N − 1)·c) for N models
        t = 0 where the divisor is below 1e-6, which means that the task vectors cancel each other out
        t · mean(xᵢ) + (1 − t)·b
        """;

    public override string Example => """
        merge_method: model_stock
        base_model: ./base
        models:
          - model: ./chat
          - model: ./math
        dtype: bfloat16
        """;

    public override string Reference => "https://arxiv.org/abs/2403.19522";

    public override BaseRole BaseRole => BaseRole.Required;

    public override int MinimumModels => 2;

    public override IReadOnlyList<MethodParameter> Parameters => [FilterWise];

    public override Tensor Merge(MergeInputs inputs, ITensorMath math)
    {
        var (origin, taskVectors) = (inputs.Base!.Tensor, inputs.Vectors());
        var models = inputs.Models.Select(model => (1.0 / inputs.Models.Count, (Tensor)model.Tensor));
        if (!inputs[FilterWise])
        {
            var t = Position(GramMatrix.Of(taskVectors, math));
            return Tensor.Sum([(1 - t, origin), .. models.Select(model => (t * model.Item1, model.Item2))]);
        }

        var positions = GramMatrix.OfVectors(taskVectors, TensorAxis.Rows, math).Select(Position).ToList();
        return Tensor.Sum(models).Scale(positions, TensorAxis.Rows) + origin.Scale([.. positions.Select(t => 1 - t)], TensorAxis.Rows);
    }

    private static double Position(GramMatrix gram)
    {
        var (sum, pairs) = (0.0, 0);
        for (var i = 0; i < gram.Count; i++)
        {
            for (var j = 0; j < i; j++, pairs++)
            {
                sum += Math.Clamp(gram[i, j] / Math.Max(gram.Norm(i) * gram.Norm(j), SmallestProduct), -1, 1);
            }
        }

        var cosine = sum / pairs;
        var divisor = 1 + (gram.Count - 1) * cosine;
        return divisor < SmallestDivisor ? 0 : gram.Count * cosine / divisor;
    }
}
