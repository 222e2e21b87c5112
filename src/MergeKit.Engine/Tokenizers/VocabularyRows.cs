using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tokenizers;

/// <summary>
/// A model's tensor with a row (or, in one dimension, an element) per token, in the order of the output's vocabulary. Rows are read where
/// they are; nothing but the filler row is held.
/// </summary>
internal sealed class VocabularyRows : TensorSource
{
    private readonly TensorSource[] tensors;
    private readonly RowOrigin[] rows;
    private readonly RowOrigin[][] means;
    private readonly int width;
    private readonly Lazy<float[]> filler;

    /// <summary>Lays out rows.</summary>
    /// <param name="tensors">The tensors that have them, all of one width and of float types; the model's own is the first.</param>
    /// <param name="rows">Where the rows come from; those after them are fillers.</param>
    /// <param name="means">For every mean the rows it is made of.</param>
    /// <param name="count">Number of rows.</param>
    public VocabularyRows(TensorSource[] tensors, RowOrigin[] rows, RowOrigin[][] means, int count)
        : base(tensors[0].Name, Narrowest(tensors, rows, count), ShapeOf(tensors[0], count))
    {
        this.tensors = tensors;
        this.rows = rows;
        this.means = means;
        width = WidthOf(tensors[0]);
        filler = new(ComputeFiller);
    }

    /// <inheritdoc/>
    public override DType NominalDType => tensors[0].NominalDType;

    internal override bool IsComputed => Array.Exists(tensors, tensor => tensor.IsComputed);

    /// <inheritdoc/>
    public override void Read(long start, Span<byte> destination)
    {
        var size = DType.Size();
        while (destination.Length > 0)
        {
            var (row, column) = ((int)(start / width), (int)(start % width));
            var origin = OriginOf(row);
            var elements = origin.IsStored && tensors[origin.Tensor].DType == DType
                ? Math.Min(destination.Length / size, (RunLength(row, destination.Length / size) * width) - column)
                : Math.Min(destination.Length / size, width - column);
            ReadRun(origin, column, destination[..(elements * size)]);
            destination = destination[(elements * size)..];
            start += elements;
        }
    }

    internal override string ContentId(IContentDigests digests)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(rows.AsSpan()));
        foreach (var mean in means)
        {
            hash.AppendData(BitConverter.GetBytes(mean.Length));
            hash.AppendData(MemoryMarshal.AsBytes(mean.AsSpan()));
        }

        var layout = Convert.ToHexStringLower(hash.GetHashAndReset());
        return $"{DType} {Shape} rows {layout} of ({string.Join("; ", tensors.Select(tensor => tensor.ContentId(digests)))})";
    }

    private static int WidthOf(TensorSource tensor) => tensor.Shape.Rank == 1 ? 1 : checked((int)tensor.Shape.RowLength);

    private static TensorShape ShapeOf(TensorSource own, long rows) => own.Shape.Rank == 1 ? new TensorShape(rows) : new TensorShape(rows, own.Shape.RowLength);

    /// <summary>The model's own type where rows are only moved; float32 where some are computed, so that they are rounded once, with the result.</summary>
    private static DType Narrowest(TensorSource[] tensors, RowOrigin[] rows, int count) =>
        count == rows.Length && Array.TrueForAll(rows, row => row.IsZero || (row.IsStored && tensors[row.Tensor].DType == tensors[0].DType)) ? tensors[0].DType : DType.F32;

    private RowOrigin OriginOf(int row) => row < rows.Length ? rows[row] : RowOrigin.Filler;

    /// <summary>Number of rows from one on that follow each other in one tensor too, as far as they are wanted.</summary>
    private int RunLength(int row, int wantedElements)
    {
        var most = Math.Min(rows.Length - row, (wantedElements / width) + 2);
        var length = 1;
        while (length < most && rows[row + length].Tensor == rows[row].Tensor && rows[row + length].Row == rows[row].Row + length)
        {
            length++;
        }

        return length;
    }

    private void ReadRun(RowOrigin origin, int column, Span<byte> destination)
    {
        if (origin.IsZero)
        {
            destination.Clear();
        }
        else if (origin.IsStored && tensors[origin.Tensor].DType == DType)
        {
            tensors[origin.Tensor].Read(((long)origin.Row * width) + column, destination);
        }
        else
        {
            var values = origin.IsFiller ? filler.Value : Floats(origin);
            FloatCodec.Encode(DType, values.AsSpan(column, destination.Length / DType.Size()), destination);
        }
    }

    private float[] Floats(RowOrigin origin)
    {
        var values = new float[width];
        if (origin.IsStored)
        {
            var tensor = tensors[origin.Tensor];
            var bytes = new byte[width * tensor.DType.Size()];
            tensor.Read((long)origin.Row * width, bytes);
            FloatCodec.Decode(tensor.DType, bytes, values);
        }
        else if (origin.IsMean)
        {
            return Mean(means[origin.Row]);
        }

        return values;
    }

    private float[] ComputeFiller() => Mean(rows.Where(row => !row.IsFiller));

    private float[] Mean(IEnumerable<RowOrigin> origins)
    {
        var (sums, count) = (new double[width], 0);
        foreach (var origin in origins)
        {
            var values = Floats(origin);
            for (var i = 0; i < width; i++)
            {
                sums[i] += values[i];
            }

            count++;
        }

        return [.. sums.Select(sum => (float)(sum / Math.Max(1, count)))];
    }
}
