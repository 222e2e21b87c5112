using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Σ|x| of several tensors in float64: eight fixed lanes within a tile, tiles added in order.</summary>
internal sealed class AbsoluteSumPass(IReadOnlyList<Tensor> tensors) : TilePass
{
    private double[][] partials = [];

    public override IReadOnlyList<Tensor> Roots { get; } = tensors;

    public IReadOnlyList<double> Results => [.. partials.Select(tiles => tiles.Sum())];

    public override void Begin(int workers, long tiles) => partials = [.. Roots.Select(_ => new double[tiles])];

    public override void Consume(int workerNumber, Tile tile)
    {
        for (var root = 0; root < partials.Length; root++)
        {
            partials[root][tile.Index] = AbsoluteSum(tile[root]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double AbsoluteSum(ReadOnlySpan<float> x)
    {
        ref var x0 = ref MemoryMarshal.GetReference(x);
        var (low, high) = (Vector256<double>.Zero, Vector256<double>.Zero);
        var i = 0;
        for (; i <= x.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var (xLow, xHigh) = Vector256.Widen(Vector256.Abs(Vector256.LoadUnsafe(ref x0, (nuint)i)));
            low += xLow;
            high += xHigh;
        }

        var sum = Lanes.Sum(low + high);
        for (; i < x.Length; i++)
        {
            sum += Math.Abs((double)x[i]);
        }

        return sum;
    }
}
