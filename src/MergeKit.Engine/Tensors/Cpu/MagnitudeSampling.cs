namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Estimates where boundaries are, from pieces spread over the tensors. Which pieces depends on the number of elements only.</summary>
internal static class MagnitudeSampling
{
    /// <summary>Elements of a piece, a divisor of the tile length: as few as a read is worth.</summary>
    private const int PieceLength = 1024;

    /// <summary>Tensors so small that all their magnitudes may be candidates.</summary>
    private const long SmallTensor = 1 << 16;
    private const int LeastPieces = 32;
    private const int MostPieces = 1024;

    /// <summary>One piece is taken of so many.</summary>
    private const int Stride = 16;

    /// <summary>The windows of several tensors' boundaries that have the given fraction of all elements at or above them.</summary>
    public static IReadOnlyList<MagnitudeWindow> Windows(TileScheduler scheduler, IReadOnlyList<(Tensor X, double Fraction)> requests)
    {
        var tensors = requests.Select(request => request.X).Distinct().ToList();
        using var pass = Take(scheduler, tensors);
        var samples = tensors.Select((_, i) => pass?.Sample(i)).ToArray();
        return [.. requests.Select(request => samples[tensors.IndexOf(request.X)]?.WindowOf(request.Fraction) ?? MagnitudeWindow.All)];
    }

    /// <summary>The window of the boundary that has the given fraction of the elements other than zero at or above it.</summary>
    public static MagnitudeWindow PositiveWindow(TileScheduler scheduler, Tensor x, double fraction)
    {
        using var pass = Take(scheduler, [x]);
        return pass?.Sample(0) is { } sample ? sample.WindowOf(fraction * sample.NonZeroFraction) : MagnitudeWindow.All;
    }

    private static SamplePass? Take(TileScheduler scheduler, List<Tensor> tensors)
    {
        var elements = tensors[0].Shape.ElementCount;
        if (elements <= SmallTensor || TileProgram.NeedsRows(tensors))
        {
            return null;
        }

        var pass = new SamplePass(tensors, Starts(elements / PieceLength), PieceLength);
        scheduler.RunPieces(pass, pass.Starts, PieceLength);
        return pass;
    }

    /// <summary>
    /// One piece from each of equally long parts, at a place within the part that differs from one to the next, as an equal distance could be a
    /// multiple of the row's length and see the same columns every time.
    /// </summary>
    private static long[] Starts(long units)
    {
        const double GoldenRatio = 0.618_033_988_749_894_8;
        var pieces = (int)Math.Clamp(units / Stride, LeastPieces, MostPieces);
        return [.. Enumerable.Range(0, pieces).Select(i => (long)((i + i * GoldenRatio % 1) * units / pieces) * PieceLength)];
    }
}
