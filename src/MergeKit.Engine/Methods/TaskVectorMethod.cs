using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Methods;

/// <summary>
/// The task arithmetic family: b + λ·M, where M combines sparsified task vectors dᵢ of τᵢ = xᵢ − b. Subclasses choose the
/// sparsifier, whether elements vote on their sign, and the defaults.
/// </summary>
internal abstract class TaskVectorMethod : MergeMethod
{
    /// <summary>Below this a sum of weights or an L1 norm is not divided by.</summary>
    private const double SmallestDivisor = 1e-8;
    private const double SmallestNorm = 1e-7;

    /// <summary>Float32 weights whose sum is this small, relative to themselves, cancel out but for rounding.</summary>
    private const double SmallestRatio = 1e-6;

    private static readonly NumberParameter Weight = new("weight")
    {
        Description = "Factor of the model's task vector.", PerModel = true, Required = true,
    };

    private static readonly NumberParameter Lambda = new("lambda")
    {
        Description = "Factor of the combined task vector.", Default = 1,
    };

    private readonly FlagParameter normalize;
    private readonly FlagParameter? rescale;

    /// <summary>Creates the method.</summary>
    /// <param name="normalizeByDefault">Default of <c>normalize</c>.</param>
    /// <param name="rescaleByDefault">Default of <c>rescale</c>; null if there is no sparsifier whose loss could be made up for.</param>
    protected TaskVectorMethod(bool normalizeByDefault, bool? rescaleByDefault)
    {
        normalize = new FlagParameter("normalize")
        {
            Description = "Divide by the sum of the weights that contribute to an element.", Default = normalizeByDefault,
        };
        rescale = rescaleByDefault is { } value
            ? new FlagParameter("rescale")
            {
                Description = "Scale every sparsified task vector back to the L1 norm it had before.", Default = value,
            }
            : null;
    }

    public sealed override BaseRole BaseRole => BaseRole.Required;

    public sealed override bool SkipsMismatchedModels => true;

    public sealed override string Formula => string.Join('\n', FormulaLines());

    public sealed override IReadOnlyList<MethodParameter> Parameters =>
        [Weight, .. SparsifierParameters, Lambda, normalize, .. rescale is null ? [] : new[] { rescale }, CommonParameters.Int8Mask];

    /// <summary>What the sparsifier keeps: dᵢ, in terms of τᵢ.</summary>
    protected abstract string SparsifierFormula { get; }

    /// <summary>The parameters of the sparsifier.</summary>
    protected virtual IReadOnlyList<MethodParameter> SparsifierParameters => [];

    /// <summary>Whether the models vote on the sign of every element and those outvoted are dropped.</summary>
    protected abstract bool SignConsensus { get; }

    public sealed override Tensor Merge(MergeInputs inputs, ITensorMath math)
    {
        Tensor origin = inputs.Base!.Tensor;
        if (inputs.Models.Count == 0)
        {
            return origin;
        }

        var taskVectors = inputs.Vectors().ToArray();
        var sparse = Sparsify(inputs.Models, taskVectors, math);
        var weights = inputs.Models.Select(model => model[Weight]).ToArray();
        var scales = rescale is not null && inputs[rescale] ? RescaleFactors(inputs, taskVectors, sparse, math) : [.. weights.Select(_ => 1.0)];
        var weighted = sparse.Select((d, i) => (weights[i] * scales[i], d)).ToArray();
        return SignConsensus
            ? origin + Elected(weighted, weights, inputs)
            : Tensor.Sum([(1, origin), .. Scaled(weighted, weights, inputs)]);
    }

    /// <summary>Drops elements of task vectors.</summary>
    protected virtual IReadOnlyList<Tensor> Sparsify(IReadOnlyList<MergeInput> models, IReadOnlyList<Tensor> taskVectors, ITensorMath math) => taskVectors;

    /// <summary>What <see cref="RescaleFactors"/> does, for the documentation.</summary>
    protected virtual string RescaleFormula => "if rescale: dᵢ ← dᵢ·‖τᵢ‖₁/‖dᵢ‖₁, unless either norm is below 1e-7";

    private IEnumerable<string> FormulaLines()
    {
        yield return SparsifierFormula;
        if (rescale is not null)
        {
            yield return RescaleFormula;
        }

        if (SignConsensus)
        {
            yield return "vᵢ = wᵢ·dᵢ; e = +1 where Σ vᵢ ≥ 0, else −1; vᵢ is kept where its sign is e (zeros never are)";
            yield return "b + λ·Σ kept vᵢ; the sum is divided by Σ wᵢ over the kept ones if normalize (not where they cancel out)";
        }
        else
        {
            yield return "b + λ·Σ wᵢ·dᵢ; the sum is divided by Σ wᵢ if normalize (not where that is below 1e-8)";
        }
    }

    /// <summary>The factors that make up for what the sparsifier dropped: they give every kept vector the L1 norm of its task vector.</summary>
    protected virtual IReadOnlyList<double> RescaleFactors(MergeInputs inputs, IReadOnlyList<Tensor> taskVectors, IReadOnlyList<Tensor> sparse, ITensorMath math)
    {
        var norms = math.AbsoluteSum([.. taskVectors, .. sparse]);
        return [.. taskVectors.Select((_, i) => (norms[i], norms[taskVectors.Count + i]) is (>= SmallestNorm and var all, >= SmallestNorm and var kept) ? all / kept : 1)];
    }

    private IEnumerable<(double Factor, Tensor X)> Scaled((double Factor, Tensor X)[] weighted, double[] weights, MergeInputs inputs)
    {
        var sum = weights.Sum();
        var divisor = inputs[normalize] && Math.Abs(sum) >= SmallestDivisor ? sum : 1;
        return weighted.Select(term => (term.Factor * inputs[Lambda] / divisor, term.X));
    }

    /// <summary>
    /// The size up to which a float32 sum of some of the weights is zero but for rounding. Weights of one sign never cancel out, and
    /// only a sum of none of them is zero.
    /// </summary>
    private static double Cancelled(double[] weights) =>
        weights.Min() < 0 && weights.Max() > 0
            ? Math.Min(SmallestRatio * weights.Sum(Math.Abs), weights.Where(weight => weight != 0).Min(Math.Abs) / 2)
            : 0;

    private Tensor Elected((double Factor, Tensor X)[] weighted, double[] weights, MergeInputs inputs)
    {
        var terms = weighted.Select(term => term.Factor * term.X).ToArray();
        var elected = Tensor.Sum(terms);
        var agree = terms.Select(term => term.AgreesInSignWith(elected)).ToArray();
        var sum = Tensor.Sum(terms.Select((term, i) => term.Where(agree[i])));
        return inputs[normalize]
            ? inputs[Lambda] * (sum / Tensor.Sum(agree.Select((mask, i) => (weights[i], mask))).OneWhereWithin(Cancelled(weights)))
            : inputs[Lambda] * sum;
    }
}
