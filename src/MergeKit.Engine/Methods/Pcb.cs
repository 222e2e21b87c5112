using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Methods;

/// <summary>
/// Parameter competition balancing, after the authors' implementation, but with Norm, ranks and outliers of a tensor instead of the whole model, and weights: b + λ·(Σ wᵢsᵢτ̃ᵢ) / (Σ sᵢ). An element's score is βᵢ = exp(T·Norm(|τ̃ᵢ|)²)·tanh(τᵢ·Στⱼ):
/// how large it is in its own task, and how much the T tasks agree on it. Only the fraction <c>density</c> with the highest scores counts, with weights sᵢ = Norm(βᵢ)
/// from 0 at the lowest score that counts to 1. τ̃ᵢ has magnitudes beyond the 0.01 % largest and smallest brought back to that range. Norm and
/// ranks are those of a tensor; it may have any number of dimensions, and embeddings are treated like any other.
/// </summary>
internal sealed class Pcb : MergeMethod
{
    private const double OutlierFraction = 1e-4;
    private const double SmallestSum = 1e-12;

    /// <summary>A range no wider than this has no float32 reciprocal and counts as empty.</summary>
    private const double SmallestRange = 1e-37;

    private static readonly NumberParameter Weight = new("weight")
    {
        Description = "Factor of the model's task vector.", PerModel = true, Default = 1,
    };

    private static readonly NumberParameter Density = new("density")
    {
        Description = "Fraction of the elements that counts, highest scores first.", PerModel = true, Default = 0.1, Minimum = 0, AboveMinimum = true, Maximum = 1,
    };

    private static readonly NumberParameter Lambda = new("lambda")
    {
        Description = "Factor of the combined task vector.", Default = 1,
    };

    public override string Name => "pcb";

    public override string Title => "PCB-Merging";

    public override string Reference => "https://arxiv.org/abs/2410.02396";

    public override string Summary => "Lets elements compete by their size within a task and by agreement between tasks, and merges only the best.";

    public override string UseWhen => "task arithmetic suffers from conflicts, as an alternative to ties.";

    public override string Formula => """
        τ̃ᵢ = τᵢ with magnitudes beyond the 0.01 % largest and smallest brought back to that range; Norm brings a tensor to the range 0 to 1
        βᵢ = exp(N·Norm(|τ̃ᵢ|)²)·tanh(τᵢ·Σ τⱼ); sᵢ = Norm(βᵢ) over the fraction density with the highest βᵢ, else 0
        b + λ·Σ wᵢsᵢτ̃ᵢ / max(Σ sᵢ, 1e-12)
        """;

    public override string Example => """
        merge_method: pcb
        base_model: ./base
        models:
          - model: ./chat
          - model: ./math
        parameters:
          density: 0.1
          lambda: 1.2
        dtype: bfloat16
        """;

    public override BaseRole BaseRole => BaseRole.Required;

    public override bool SkipsMismatchedModels => true;

    public override IReadOnlyList<MethodParameter> Parameters => [Weight, Density, Lambda];

    public override Tensor Merge(MergeInputs inputs, ITensorMath math)
    {
        Tensor origin = inputs.Base!.Tensor;
        if (inputs.Models.Count == 0 || origin.Shape.ElementCount == 0)
        {
            return origin;
        }

        var taskVectors = inputs.Vectors();
        var ranges = Ranges(taskVectors, math);
        var magnitudes = taskVectors.Select((taskVector, i) => taskVector.Abs().AtLeast(ranges[i].Low).AtMost(ranges[i].High)).ToList();
        var sum = Tensor.Sum(taskVectors);
        var scores = taskVectors.Select((taskVector, i) => Importance(magnitudes[i], ranges[i], taskVectors.Count) * (taskVector * sum).Tanh()).ToList();
        var weights = Normalized(scores, [.. inputs.Models.Select(model => model[Density])], math);
        var terms = taskVectors.Select((taskVector, i) => (inputs.Models[i][Weight], weights[i] * (magnitudes[i] * Sign(taskVector))));
        return origin + inputs[Lambda] * (Tensor.Sum(terms) / Tensor.Sum(weights).AtLeast(SmallestSum));
    }

    /// <summary>The magnitudes between which all but the outliers lie.</summary>
    private static List<(double Low, double High)> Ranges(IReadOnlyList<Tensor> taskVectors, ITensorMath math)
    {
        var elements = taskVectors[0].Shape.ElementCount;
        var outliers = (long)(OutlierFraction * elements);
        var boundaries = math.LargestMagnitudes([.. taskVectors.SelectMany(taskVector => new[]
        {
            (taskVector, elements - outliers, TieOrder.LowestIndexFirst), (taskVector, outliers + 1, TieOrder.LowestIndexFirst),
        })]);
        return [.. taskVectors.Select((_, i) => ((double)boundaries[2 * i].Magnitude, (double)boundaries[2 * i + 1].Magnitude))];
    }

    private static Tensor Importance(Tensor magnitude, (double Low, double High) range, int tasks)
    {
        var normalized = (range.High - range.Low > SmallestRange ? 1 / (range.High - range.Low) : 0) * magnitude.Plus(-range.Low);
        return (tasks * (normalized * normalized)).Exp();
    }

    /// <summary>1, 0 or −1.</summary>
    private static Tensor Sign(Tensor x) => x.IsAbove(0) - (-1 * x).IsAbove(0);

    /// <summary>Scores as weights: 0 for those that do not count, then rising to 1; all 1 if those that count are equal.</summary>
    private static List<Tensor> Normalized(List<Tensor> scores, double[] densities, ITensorMath math)
    {
        var elements = scores[0].Shape.ElementCount;
        var counts = densities.Select(density => Math.Clamp(elements - (long)(elements * (1 - density)), 1, elements)).ToArray();

        // Selection knows magnitudes only, so positive and negative scores are ranked apart.
        var boundaries = math.LargestMagnitudes([.. scores.SelectMany((score, i) => new[]
        {
            (score.AtLeast(0), counts[i], TieOrder.LowestIndexFirst), (score.AtMost(0), elements - counts[i] + 1, TieOrder.LowestIndexFirst),
            (score.AtLeast(0), 1, TieOrder.LowestIndexFirst), (score.AtMost(0), elements, TieOrder.LowestIndexFirst),
        })]);
        double Ranked(int positive) => boundaries[positive].Magnitude is > 0 and var magnitude ? magnitude : -boundaries[positive + 1].Magnitude;
        return [.. scores.Select((score, i) => (Ranked(4 * i), Ranked(4 * i + 2)) switch
        {
            var (least, largest) when largest - least > SmallestRange => (1 / (largest - least)) * score.AtLeast(least).Plus(-least),
            var (least, _) => score.IsAtLeast(least),
        })];
    }
}
