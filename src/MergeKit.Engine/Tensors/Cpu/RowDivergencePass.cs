using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Kullback-Leibler divergence of every row's softmax from another tensor's, in float64, in eight fixed lanes.</summary>
internal sealed class RowDivergencePass(Tensor x, Tensor y) : TilePass
{
    private const double Smallest = 1e-8;
    private const int Block = 16;

    private readonly int rowLength = (int)x.Shape.RowLength;
    private double[][] powers = [];

    public override IReadOnlyList<Tensor> Roots { get; } = [x, y];

    public override bool NeedsRows => true;

    public double[] Results { get; } = new double[x.Shape.RowCount];

    private int PaddedLength => (rowLength + Block - 1) / Block * Block;

    public override void Begin(int workers, long tiles) => powers = [.. Enumerable.Range(0, workers).Select(_ => new double[2 * PaddedLength])];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Consume(int workerNumber, Tile tile)
    {
        var ofX = powers[workerNumber].AsSpan(0, PaddedLength);
        var ofY = powers[workerNumber].AsSpan(PaddedLength);
        for (var position = 0; position < tile.Length; position += rowLength)
        {
            var xSum = Exponentiate(tile[0].Slice(position, rowLength), ofX);
            var ySum = Exponentiate(tile[1].Slice(position, rowLength), ofY);
            Results[(tile.Start + position) / rowLength] = Divergence(ofX, 1 / xSum, ofY, 1 / ySum);
        }
    }

    /// <summary>Writes eˣ for every value, less the largest one, and zeros up to the end of the block.</summary>
    /// <returns>Their sum.</returns>
    private static double Exponentiate(ReadOnlySpan<float> values, Span<double> destination)
    {
        Span<float> rest = stackalloc float[Block];
        rest.Fill(float.NegativeInfinity);
        var whole = values.Length - values.Length % Block;
        values[whole..].CopyTo(rest);
        var max = Vector512.Create((double)TensorPrimitives.Max(values));
        var sums = Exponentiate(values[..whole], max, Vector512<double>.Zero, destination);
        return Lanes.Sum(Exponentiate(rest[..(destination.Length - whole)], max, sums, destination[whole..]));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector512<double> Exponentiate(ReadOnlySpan<float> values, Vector512<double> max, Vector512<double> sums, Span<double> destination)
    {
        ref var values0 = ref MemoryMarshal.GetReference(values);
        ref var destination0 = ref MemoryMarshal.GetReference(destination);
        for (var i = 0; i < values.Length; i += Block)
        {
            var (low, high) = Vector512.Widen(Vector512.LoadUnsafe(ref values0, (nuint)i));
            (low, high) = (Float64Lanes.ExpOfNegative(low - max), Float64Lanes.ExpOfNegative(high - max));
            sums = sums + low + high;
            low.StoreUnsafe(ref destination0, (nuint)i);
            high.StoreUnsafe(ref destination0, (nuint)i + Block / 2);
        }

        return sums;
    }

    /// <summary>Σ p·ln(p/q), where p and q are the given powers, scaled; those added at the end of a row are equal and add nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Divergence(ReadOnlySpan<double> x, double xFactor, ReadOnlySpan<double> y, double yFactor)
    {
        ref var x0 = ref MemoryMarshal.GetReference(x);
        ref var y0 = ref MemoryMarshal.GetReference(y);
        var smallest = Vector512.Create(Smallest);
        var sums = Vector512<double>.Zero;
        for (var i = 0; i < x.Length; i += Block / 2)
        {
            var p = Vector512.LoadUnsafe(ref x0, (nuint)i) * xFactor + smallest;
            var q = Vector512.LoadUnsafe(ref y0, (nuint)i) * yFactor + smallest;
            sums += p * Float64Lanes.LogOfRatio(p, q);
        }

        return Lanes.Sum(sums);
    }

}
