namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Dot products of several pairs, one per row along the last axis.</summary>
internal sealed class RowDotPass(IReadOnlyList<(Tensor X, Tensor Y)> pairs) : TilePass
{
    private readonly int rowLength = (int)pairs[0].X.Shape.RowLength;

    public override IReadOnlyList<Tensor> Roots { get; } = [.. pairs.SelectMany(pair => new[] { pair.X, pair.Y })];

    public override bool NeedsRows => true;

    public IReadOnlyList<double[]> Results { get; } = [.. pairs.Select(pair => new double[pair.X.Shape.RowCount])];

    public override void Consume(int workerNumber, Tile tile)
    {
        for (var pair = 0; pair < Results.Count; pair++)
        {
            for (var position = 0; position < tile.Length; position += rowLength)
            {
                Results[pair][(tile.Start + position) / rowLength] =
                    DotKernel.Run(tile[2 * pair].Slice(position, rowLength), tile[2 * pair + 1].Slice(position, rowLength));
            }
        }
    }
}
