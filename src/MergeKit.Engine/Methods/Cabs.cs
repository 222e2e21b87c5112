using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Methods;

/// <summary>
/// Conflict-aware and balanced sparsification: b + λ Σ wᵢdᵢ, where dᵢ keeps, of every block of m consecutive elements of a row, the n largest magnitudes
/// among those that no earlier model of the recipe has kept; so task vectors never overlap, and the first model has the first choice. All tensors
/// are treated alike: a 1-D tensor is one row, embeddings and tensors of more dimensions are rows along their last axis. A shorter block at the end of a
/// row keeps its share, rounded up.
/// </summary>
internal sealed class Cabs() : TaskVectorMethod(normalizeByDefault: false, rescaleByDefault: false)
{
    private static readonly NumberParameter N = new("n")
    {
        Description = "Elements of the task vector to keep in every block.", PerModel = true, Default = 64, Minimum = 1, IsInteger = true,
    };

    private static readonly NumberParameter M = new("m")
    {
        Description = "Elements in a block.", PerModel = true, Default = 256, Minimum = 1, Maximum = 1 << 20, IsInteger = true,
    };

    public override string Name => "cabs";

    public override string Title => "CABS";

    public override string Reference => "https://arxiv.org/abs/2503.01874";

    public override string Summary => "Keeps n of every m neighbouring elements of a task vector, and none that an earlier model has kept, so that task vectors never overlap.";

    public override string UseWhen => "one model should come first: the order of the recipe is the order of choice.";

    public override string Example => """
        merge_method: cabs
        base_model: ./base
        models:
          - model: ./chat
            parameters: {weight: 1.0, n: 64, m: 256}
          - model: ./math
            parameters: {weight: 0.8, n: 64, m: 256}
        dtype: bfloat16
        """;

    protected override string SparsifierFormula => "dᵢ = of every m consecutive elements of a row the n largest in |τᵢ| that no earlier model has kept, else 0 (a shorter last block keeps its share, rounded up)";

    protected override bool SignConsensus => false;

    protected override IReadOnlyList<MethodParameter> SparsifierParameters => [N, M];

    public override ParameterConflict? FindConflict(ParameterValues model) => model[N] > model[M]
        ? new ParameterConflict(N, FormattableString.Invariant($"n must be at most m, but n is {model[N]} and m is {model[M]}"))
        : null;

    protected override IReadOnlyList<Tensor> Sparsify(IReadOnlyList<MergeInput> models, IReadOnlyList<Tensor> taskVectors, ITensorMath math)
    {
        var sparse = new List<Tensor>();
        Tensor? free = null;
        foreach (var (model, taskVector) in models.Zip(taskVectors))
        {
            var candidate = free is null ? taskVector : taskVector.Where(free);
            var mask = new BlockMask(candidate, (int)model[N], (int)model[M]);
            sparse.Add(candidate.Where(mask));
            var others = (-1 * (Tensor)mask).Plus(1);
            free = free is null ? others : free * others;
        }

        return sparse;
    }
}
