using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Dot products of several pairs in float64: eight fixed lanes within a tile, tiles added in order.</summary>
internal sealed class DotPass(IReadOnlyList<(Tensor X, Tensor Y)> pairs) : TilePass
{
    private double[][] partials = [];

    public override IReadOnlyList<Tensor> Roots { get; } = [.. pairs.SelectMany(pair => new[] { pair.X, pair.Y })];

    public IReadOnlyList<double> Results => [.. partials.Select(tiles => tiles.Sum())];

    public override void Begin(int workers, long tiles) => partials = [.. pairs.Select(_ => new double[tiles])];

    public override void Consume(int workerNumber, Tile tile)
    {
        for (var pair = 0; pair < partials.Length; pair++)
        {
            partials[pair][tile.Index] = Dot(tile[2 * pair], tile[2 * pair + 1]);
        }
    }

    private static double Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        ref var x0 = ref MemoryMarshal.GetReference(x);
        ref var y0 = ref MemoryMarshal.GetReference(y);
        var (low, high) = (Vector256<double>.Zero, Vector256<double>.Zero);
        var i = 0;
        for (; i <= x.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var (xLow, xHigh) = Vector256.Widen(Vector256.LoadUnsafe(ref x0, (nuint)i));
            var (yLow, yHigh) = Vector256.Widen(Vector256.LoadUnsafe(ref y0, (nuint)i));
            low += xLow * yLow;
            high += xHigh * yHigh;
        }

        var sum = Lanes.Sum(low + high);
        for (; i < x.Length; i++)
        {
            sum += (double)x[i] * y[i];
        }

        return sum;
    }
}
