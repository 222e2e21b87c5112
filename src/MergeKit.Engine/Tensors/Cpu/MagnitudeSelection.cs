namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>
/// Finds the boundaries of the k largest magnitudes of several tensors together. A sample says where they are likely to be, and one pass finds
/// them there exactly, ties included; the rare boundaries that are elsewhere, or among too many candidates, are left to
/// <see cref="HistogramSelection"/>.
/// </summary>
internal static class MagnitudeSelection
{
    public static MagnitudeBoundary[] Select(TileScheduler scheduler, IReadOnlyList<(Tensor X, long Count, TieOrder Ties)> requests)
    {
        var windows = MagnitudeSampling.Windows(
            scheduler, [.. requests.Select(request => (request.X, (double)request.Count / request.X.Shape.ElementCount))]);
        using var pass = new CandidatePass([.. requests.Select((request, i) => (request.X, windows[i]))]);
        scheduler.Run(pass);
        return Boundaries(scheduler, pass, requests);
    }

    /// <summary>Selects the given fraction of the elements above zero of a tensor that has none below; null if that is no element.</summary>
    public static MagnitudeBoundary? SelectPositive(TileScheduler scheduler, Tensor x, double fraction)
    {
        var window = MagnitudeSampling.PositiveWindow(scheduler, x, fraction);
        using var pass = new CandidatePass([(x, window)]);
        var positive = new PositiveCountPass(pass);
        scheduler.Run(positive);
        var count = (long)(fraction * positive.Count);
        return count == 0 ? null : Boundaries(scheduler, pass, [(x, count, TieOrder.LowestIndexFirst)])[0];
    }

    private static MagnitudeBoundary[] Boundaries(
        TileScheduler scheduler, CandidatePass pass, IReadOnlyList<(Tensor X, long Count, TieOrder Ties)> requests)
    {
        var boundaries = new MagnitudeBoundary[requests.Count];
        var missing = new List<int>();
        var location = new TieLocation(scheduler, pass.Roots);
        for (var i = 0; i < requests.Count; i++)
        {
            if (pass.Find(i, requests[i].Count) is not { } magnitude)
            {
                missing.Add(i);
                continue;
            }

            boundaries[i] = magnitude.Boundary;
            if (magnitude.Split(i, requests[i].X, requests[i].Ties) is { } split)
            {
                var (tile, tie) = pass.TileOfTie(i, split.Bits, split.Ties);
                boundaries[i] = split.At(location.IndexOf(split, tile, tie));
            }
        }

        if (missing.Count > 0)
        {
            var found = HistogramSelection.Select(scheduler, [.. missing.Select(i => requests[i])]);
            missing.ForEach(i => boundaries[i] = found[missing.IndexOf(i)]);
        }

        return boundaries;
    }
}
