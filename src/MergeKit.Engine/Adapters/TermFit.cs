using System.Diagnostics.CodeAnalysis;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Adapters;

/// <summary>Fits modules' factors to the weights that they change, or says why they do not fit.</summary>
/// <param name="config">The adapter's configuration.</param>
internal sealed class TermFit(AdapterConfig config)
{
    private const int MaximumRank = 1 << 16;

    /// <summary>The first module whose square weight does not tell how it is stored; null for none.</summary>
    public string? Square { get; private set; }

    /// <summary>Whether the shape of a weight tells that it is stored in another way than <c>fan_in_fan_out</c> says.</summary>
    public bool IsContradicted { get; private set; }

    /// <summary>Makes the term of a module; false, with the reason, if its factors do not fit.</summary>
    public bool TryFit(AdapterModule module, TensorSource weight, [NotNullWhen(true)] out LowRankTerm? term, [NotNullWhen(false)] out string? problem)
    {
        var rank = config.RankOf(module.Name);
        term = null;
        problem = KindProblem(module, weight) ?? RankProblem(module, weight, rank);
        if (problem is not null)
        {
            return false;
        }

        var (inputs, outputs) = (module.A.Shape.ElementCount / rank, module.B.Shape[0]);
        var isPlain = !module.IsEmbedding && weight.Shape[0] == outputs && HaveSameEnd(module.A.Shape, weight.Shape);
        var isTransposed = weight.Shape.Equals(new TensorShape(inputs, outputs));
        problem = (isPlain || isTransposed ? null : $"'{DisplayText.Of(weight.Name)}' has shape {weight.Shape}, but '{DisplayText.Of(module.B.Name)}' {module.B.Shape} and '{DisplayText.Of(module.A.Name)}' {module.A.Shape} make another")
            ?? SizeProblem(module, rank, isPlain ? inputs : outputs, outputs);
        if (problem is not null)
        {
            return false;
        }

        Note(module, isPlain, isTransposed);
        term = new LowRankTerm(module.A, module.B, rank, config.ScaleOf(module.Name), isTransposed && (!isPlain || config.IsFanInFanOut), module.Magnitude);
        return true;
    }

    private void Note(AdapterModule module, bool isPlain, bool isTransposed)
    {
        if (isPlain && isTransposed)
        {
            Square ??= module.Name;
        }
        else if (!module.IsEmbedding && isTransposed != config.IsFanInFanOut)
        {
            IsContradicted = true;
        }
    }

    private static string? KindProblem(AdapterModule module, TensorSource weight) =>
        new[] { weight, module.A, module.B, module.Magnitude }.FirstOrDefault(tensor => tensor is not null && !tensor.DType.IsFloat()) is { } odd
            ? $"'{DisplayText.Of(odd.Name)}' is of {odd.DType.TorchName()}, which is no type of floating-point numbers"
            : null;

    private static string? RankProblem(AdapterModule module, TensorSource weight, int rank)
    {
        var (a, b) = (module.A.Shape, module.B.Shape);
        var areMatrices = a.Rank == 2 && b.Rank == 2 && weight.Shape.Rank == 2;
        var areKernels = a.Rank > 2 && a.Rank == weight.Shape.Rank && b.Rank == a.Rank && b.ElementCount == b[0] * b[1];
        return (areMatrices || areKernels) && a[0] == rank && b[1] == rank && weight.Shape.ElementCount > 0 ? null
            : $"'{DisplayText.Of(module.A.Name)}' {a} and '{DisplayText.Of(module.B.Name)}' {b} are no factors of rank {rank}, which adapter_config.json gives them, for '{DisplayText.Of(weight.Name)}' {weight.Shape}";
    }

    private static string? SizeProblem(AdapterModule module, int rank, long columns, long outputs) =>
        rank > MaximumRank || PackedMatrix.SizeOf(rank, columns) > LowRankTerm.MaximumFactor ? $"the factors of '{DisplayText.Of(module.Name)}' are too large: rank {rank}, {columns} columns"
        : module.Magnitude is { } magnitude && magnitude.Shape.ElementCount != outputs ? $"'{DisplayText.Of(magnitude.Name)}' has {magnitude.Shape.ElementCount} magnitudes for {outputs} outputs"
        : null;

    private static bool HaveSameEnd(TensorShape a, TensorShape weight) => a.AsSpan()[1..].SequenceEqual(weight.AsSpan()[1..]);
}
