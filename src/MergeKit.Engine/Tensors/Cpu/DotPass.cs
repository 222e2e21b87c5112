namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Dot products of several pairs in float64: fixed <see cref="Lanes"/> within a tile, tiles added in order.</summary>
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
            partials[pair][tile.Index] = DotKernel.Run(tile[2 * pair], tile[2 * pair + 1]);
        }
    }
}
