using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Methods;

/// <summary>Karcher (Fréchet) mean on the sphere: the direction with the least sum of squared angles to the models, at the mean of their lengths.</summary>
internal sealed class Karcher: MergeMethod
{
    private static readonly NumberParameter MaxIter = new("max_iter")
    {
        Description = "Most iterations.", Default = 10, Minimum = 1, IsInteger = true,
    };

    private static readonly NumberParameter Tol = new("tol")
    {
        Description = "Length of a step below which the iteration ends, and of a tensor below which it has no direction.", Default = 1e-5, Minimum = 0, AboveMinimum = true,
    };

    public override string Name => "karcher";

    public override string Title => "Karcher Mean";

    public override string Summary => "The direction with the least sum of squared angles to all models (the mean on the sphere), at the mean of their lengths.";

    public override string UseWhen => "several models are equals: no base, no weights to tune.";

    public override string Formula => """
        uᵢ = xᵢ/‖xᵢ‖ of the inputs with ‖xᵢ‖ > tol; u = their mean, divided by its length (u₁ where the mean is shorter than tol)
        repeat: T = mean of θᵢ/sin θᵢ · (uᵢ − cos θᵢ · u) with cos θᵢ = ⟨uᵢ, u⟩; stop if ‖T‖ < tol; u ← cos ‖T‖ · u + sin ‖T‖ · T/‖T‖
        u · mean ‖xᵢ‖ over all inputs; zeros where no input is longer than tol
        """;

    public override string Example => """
        merge_method: karcher
        models:
          - model: ./chat
          - model: ./math
          - model: ./code
        parameters: {max_iter: 20, tol: 0.000001}
        dtype: bfloat16
        """;

    public override string Reference => "https://en.wikipedia.org/wiki/Karcher_mean";

    public override BaseRole BaseRole => BaseRole.OrdinaryModel;

    public override int MinimumModels => 2;

    public override IReadOnlyList<MethodParameter> Parameters => [MaxIter, Tol];

    public override Tensor Merge(MergeInputs inputs, ITensorMath math)
    {
        var tensors = inputs.Vectors();
        var gram = GramMatrix.Of(tensors, math);
        var norms = tensors.Select((_, i) => gram.Norm(i)).ToArray();
        var direction = Mean(gram, norms, (int)inputs[MaxIter], inputs[Tol]);
        var radius = norms.Sum() / norms.Length;
        return Tensor.Sum(tensors.Select((tensor, i) => (radius * direction[i], tensor)));
    }

    /// <summary>The mean direction in terms of the inputs; zeros if all inputs are.</summary>
    private static double[] Mean(GramMatrix gram, double[] norms, int iterations, double tol)
    {
        var units = norms.Select((norm, i) => (Index: i, Factor: 1 / norm)).Where(unit => norms[unit.Index] > tol).ToArray();
        var mean = new double[norms.Length];
        if (units.Length == 0)
        {
            return mean;
        }

        foreach (var (i, factor) in units)
        {
            mean[i] = factor / units.Length;
        }

        if (gram.Norm(mean) < tol)
        {
            mean = [.. norms.Select((_, i) => i == units[0].Index ? units[0].Factor : 0)];
        }

        mean = Normalized(gram, mean);
        for (var iteration = 0; iteration < iterations; iteration++)
        {
            var step = Step(gram, mean, units);
            var length = gram.Norm(step);
            if (length < tol)
            {
                break;
            }

            mean = Normalized(gram, [.. mean.Select((c, i) => Math.Cos(length) * c + Math.Sin(length) / length * step[i])]);
        }

        return mean;
    }

    /// <summary>The mean of the tangent vectors from the current mean to the inputs.</summary>
    private static double[] Step(GramMatrix gram, double[] mean, (int Index, double Factor)[] units)
    {
        var step = new double[mean.Length];
        foreach (var (i, factor) in units)
        {
            var cosine = Math.Clamp(Enumerable.Range(0, mean.Length).Sum(j => factor * mean[j] * gram[i, j]), -1, 1);
            var theta = Math.Acos(cosine);
            var scale = (Math.Sin(theta) is var sine && sine > GramMatrix.Resolution ? theta / sine : 1) / units.Length;
            step[i] += scale * factor;
            for (var j = 0; j < step.Length; j++)
            {
                step[j] -= scale * cosine * mean[j];
            }
        }

        return step;
    }

    private static double[] Normalized(GramMatrix gram, double[] vector)
    {
        var norm = gram.Norm(vector);
        return norm > 0 ? [.. vector.Select(c => c / norm)] : vector;
    }
}
