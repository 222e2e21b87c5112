using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Methods;

/// <summary>Select, calculate, erase: keeps the elements in which task vectors vary most, weights models by their energy there, and drops the minority sign.</summary>
internal sealed class Sce: MergeMethod
{
    private const double SmallestSum = 1e-6;

    private static readonly NumberParameter SelectTopK = new("select_topk")
    {
        Description = "Fraction of the elements with a variance that is kept, highest variance first.", Default = 1, Minimum = 0, Maximum = 1,
    };

    public override string Name => "sce";

    public override string Title => "SCE";

    public override string Summary => "Select, calculate, erase: keeps the elements in which task vectors vary most, weights models by the energy left, and drops the minority sign.";

    public override string UseWhen => "several fine-tunes of different skills are to be fused without tuning weights.";

    public override string Formula => """
        select: of the elements whose variance over the models is not 0, τᵢ stays in the int(select_topk · their count) of highest variance (in all where select_topk is 1)
        wᵢ = mean(τᵢ²), divided by Σ wᵢ (equal weights where the sum is below 1e-6)
        erase: kept where sign(τᵢ) = sign(Σ τᵢ), where ≥ 0 counts as +
        b + Σ wᵢ·kept τᵢ / max(Σ wᵢ over the kept ones, 1e-6)
        """;

    public override string Example => """
        merge_method: sce
        base_model: ./base
        models:
          - model: ./chat
          - model: ./math
        parameters: {select_topk: 0.5}
        dtype: bfloat16
        """;

    public override string Reference => "https://arxiv.org/abs/2408.07990";

    public override BaseRole BaseRole => BaseRole.Required;

    public override IReadOnlyList<MethodParameter> Parameters => [SelectTopK, CommonParameters.Int8Mask];

    public override Tensor Merge(MergeInputs inputs, ITensorMath math)
    {
        var selected = Select(inputs.Vectors(), inputs[SelectTopK], math);
        var weights = Weights(selected, math);
        var sum = Tensor.Sum(selected);
        var kept = selected.Select(taskVector => taskVector.AgreesInSignWith(sum)).ToList();
        var merged = Tensor.Sum(selected.Select((taskVector, i) => (weights[i], taskVector.Where(kept[i]))));
        var divisor = Tensor.Sum(kept.Select((mask, i) => (weights[i], mask))).AtLeast(SmallestSum);
        return inputs.Base!.Tensor + merged / divisor;
    }

    private static IReadOnlyList<Tensor> Select(IReadOnlyList<Tensor> taskVectors, double fraction, ITensorMath math)
    {
        if (fraction >= 1)
        {
            return taskVectors;
        }

        var variance = new VarianceTensor(taskVectors);
        if (math.LargestPositive(variance, fraction) is not { } boundary)
        {
            return [.. taskVectors.Select(taskVector => 0 * taskVector)];
        }

        var mask = new MagnitudeMask(variance, boundary);
        return [.. taskVectors.Select(taskVector => taskVector.Where(mask))];
    }

    private static double[] Weights(IReadOnlyList<Tensor> taskVectors, ITensorMath math)
    {
        var elements = Math.Max(1, taskVectors[0].Shape.ElementCount);
        var energies = math.Dot([.. taskVectors.Select(taskVector => (taskVector, taskVector))]).Select(square => square / elements).ToArray();
        var sum = energies.Sum();
        return [.. energies.Select(energy => sum < SmallestSum ? 1.0 / energies.Length : energy / sum)];
    }
}
