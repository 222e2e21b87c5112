namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>
/// Finds exact boundaries in one pass if they are in windows given for them: counts the magnitudes above each window and keeps the few inside it.
/// </summary>
internal sealed class CandidatePass(IReadOnlyList<(Tensor X, MagnitudeWindow Window)> requests) : TilePass, IDisposable
{
    /// <summary>Candidates that one worker may keep: 16 MiB.</summary>
    private const int Capacity = 1 << 22;

    private MagnitudeCandidates[][] candidates = [];
    private CandidateTile[][] tiles = [];

    public override IReadOnlyList<Tensor> Roots { get; } = [.. requests.Select(request => request.X)];

    public override void Begin(int workers, long tiles)
    {
        candidates = [.. Enumerable.Range(0, workers).Select(_ => requests.Select(_ => new MagnitudeCandidates(Capacity / requests.Count)).ToArray())];
        this.tiles = [.. requests.Select(_ => new CandidateTile[tiles])];
    }

    public override void Consume(int workerNumber, Tile tile)
    {
        for (var i = 0; i < requests.Count; i++)
        {
            var (start, count, guessed) = candidates[workerNumber][i].Add(tile[i], requests[i].Window);
            tiles[i][tile.Index] = new CandidateTile(workerNumber, start, count, guessed);
        }
    }

    /// <summary>The magnitude of the <paramref name="rank"/>-th largest element of a request's tensor, or null if it is outside of the window.</summary>
    public RankedMagnitude? Find(int request, long rank)
    {
        var found = candidates.Select(worker => worker[request]).ToArray();
        var lists = found.Select(worker => worker.Bits).ToArray();
        var guess = requests[request].Window.Guess;
        var guessed = tiles[request].Sum(tile => (long)tile.Guessed);
        rank -= found.Sum(worker => worker.Above);
        if (rank <= 0 || rank > guessed + lists.Sum(list => (long)list.Count) || found.Any(worker => worker.IsOverfull))
        {
            return null;
        }

        var above = lists.Sum(list => CountAbove(list, guess));
        return rank <= above ? MagnitudeRank.Find(lists, rank)
            : rank <= above + guessed ? new RankedMagnitude(guess, rank - above, guessed)
            : MagnitudeRank.Find(lists, rank - guessed);
    }

    /// <summary>The tile that holds the <paramref name="tie"/>-th element of a magnitude that <see cref="Find"/> has found, and which of the tile's it is.</summary>
    public (long Tile, int Tie) TileOfTie(int request, uint bits, long tie)
    {
        var isGuess = bits == requests[request].Window.Guess;
        for (var i = 0; ; i++)
        {
            var tile = tiles[request][i];
            var ties = isGuess ? tile.Guessed : candidates[tile.Worker][request].Bits.AsSpan(tile.Start, tile.Count).Count(bits);
            if (ties >= tie)
            {
                return (i, (int)tie);
            }

            tie -= ties;
        }
    }

    public void Dispose()
    {
        foreach (var candidate in candidates.SelectMany(worker => worker))
        {
            candidate.Dispose();
        }
    }

    private static long CountAbove(ReadOnlySpan<uint> magnitudes, uint limit)
    {
        var count = 0L;
        foreach (var magnitude in magnitudes)
        {
            count += magnitude > limit ? 1 : 0;
        }

        return count;
    }
}
