namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Dot products of several pairs, one per vector along the first axis; for <see cref="TileScheduler.RunColumns"/>.</summary>
internal sealed class ColumnDotPass(IReadOnlyList<(Tensor X, Tensor Y)> pairs, long columns) : TilePass
{
    public override IReadOnlyList<Tensor> Roots { get; } = [.. pairs.SelectMany(pair => new[] { pair.X, pair.Y })];

    public IReadOnlyList<double[]> Results { get; } = [.. pairs.Select(_ => new double[columns])];

    public override void Consume(int workerNumber, Tile tile)
    {
        var first = (int)(tile.Start % columns);
        for (var pair = 0; pair < Results.Count; pair++)
        {
            var sums = Results[pair].AsSpan(first, tile.Length);
            var x = tile[2 * pair];
            var y = tile[2 * pair + 1];
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += (double)x[i] * y[i];
            }
        }
    }
}
