using System.Buffers;
using System.Globalization;
using System.Numerics.Tensors;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Adapters;

/// <summary>
/// A weight with an adapter's low-rank term, computed while it is read. Elements are summed in float64 and rounded once, to float32 and from
/// there to <see cref="TensorSource.DType"/>; they do not depend on which elements are read together.
/// </summary>
internal sealed class AdaptedTensor : TensorSource
{
    private readonly AdaptedMatrix matrix;
    private readonly DoraScale? dora;

    /// <param name="name">Name in the adapted model.</param>
    /// <param name="dtype">The type to round to.</param>
    /// <param name="nominal">The nominal type.</param>
    /// <param name="matrix">The weight and what is added to it, which fit each other.</param>
    public AdaptedTensor(string name, DType dtype, DType nominal, AdaptedMatrix matrix)
        : base(name, dtype, matrix.Weight.Shape)
    {
        NominalDType = nominal;
        this.matrix = matrix;
        dora = matrix.Term.Magnitude is { } magnitude ? new DoraScale(matrix, magnitude) : null;
    }

    /// <inheritdoc/>
    public override DType NominalDType { get; }

    internal override bool IsComputed => true;

    public override void Read(long start, Span<byte> destination)
    {
        if (destination.IsEmpty)
        {
            return;
        }

        var rounded = ArrayPool<float>.Shared.Rent(AdaptedBlock.MaximumElements);
        try
        {
            using var run = new AdaptedRun(matrix, start, destination.Length / DType.Size());
            while (run.Next())
            {
                dora?.Apply(run.Block, run.Values);
                TensorPrimitives.ConvertTruncating<double, float>(run.Values, rounded);
                FloatCodec.Encode(DType, rounded.AsSpan(0, run.Block.Count), destination[..(run.Block.Count * DType.Size())]);
                destination = destination[(run.Block.Count * DType.Size())..];
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rounded);
        }
    }

    internal override string ContentId(IContentDigests digests)
    {
        var (weight, term) = (matrix.Weight, matrix.Term);
        var scale = string.Create(CultureInfo.InvariantCulture, $"{term.Scale:R}{(term.IsTransposed ? " transposed" : "")}");
        var sum = $"{DType} {Shape} of ({weight.ContentId(digests)}) + {scale} ({term.B.ContentId(digests)})({term.A.ContentId(digests)})";
        return term.Magnitude is null ? sum : $"{sum} of magnitude ({term.Magnitude.ContentId(digests)})";
    }
}
