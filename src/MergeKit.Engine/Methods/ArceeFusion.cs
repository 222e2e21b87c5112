using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Methods;

/// <summary>Takes from the other model only the elements whose change matters most: importance |x − b| times the row's divergence, above median + 1.5 times the interquartile range.</summary>
internal sealed class ArceeFusion: MergeMethod
{
    private static readonly double[] Quartiles = [0.25, 0.5, 0.75];

    public override string Name => "arcee_fusion";

    public override string Title => "Arcee Fusion";

    public override string Summary => "Takes from another model only the elements whose change matters most.";

    public override string UseWhen => "a model is to take over another's distinctive changes and nothing of its noise.";

    public override string Formula => """
        per row: p = softmax(x) + 1e-8, q = softmax(b) + 1e-8 along the last axis; importance = |τ| · Σ p·ln(p/q)
        threshold = median + 1.5·(Q3 − Q1) of all importances, where quantile f is element int(f·(n − 1)) in ascending order
        b + τ where importance ≥ threshold, else b
        """;

    public override string Example => """
        merge_method: arcee_fusion
        base_model: ./base
        models:
          - model: ./chat
        dtype: bfloat16
        """;

    public override string Reference => "https://arcee.ai";

    public override BaseRole BaseRole => BaseRole.Required;

    public override int MaximumModels => 1;

    public override IReadOnlyList<MethodParameter> Parameters => [];

    public override Tensor Merge(MergeInputs inputs, ITensorMath math)
    {
        var (origin, x) = (inputs.Base!.Tensor, inputs.Models[0].Tensor);
        var elements = x.Shape.ElementCount;
        if (elements == 0)
        {
            return origin;
        }

        // Never negative but for rounding, which must not be taken for a large magnitude.
        var divergences = math.RowDivergence(x, origin).Select(divergence => Math.Max(0, divergence)).ToArray();
        var taskVector = x - origin;
        var importance = taskVector.Abs().Scale(divergences, TensorAxis.Rows);
        var quartiles = math.LargestMagnitudes([.. Quartiles
            .Select(quantile => (importance, elements - (long)(quantile * (elements - 1)), TieOrder.LowestIndexFirst))]);
        double Value(int quartile) => quartiles[quartile - 1].Magnitude;
        var threshold = Value(2) + 1.5 * (Value(3) - Value(1));
        return origin + taskVector.Where(importance.IsAtLeast(threshold));
    }
}
