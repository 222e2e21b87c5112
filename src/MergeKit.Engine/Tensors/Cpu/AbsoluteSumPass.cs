namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Σ|x| of several tensors in float64: <see cref="AbsoluteSumKernel"/> within a tile, tiles added in order.</summary>
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
            partials[root][tile.Index] = AbsoluteSumKernel.Run(tile[root]);
        }
    }
}
