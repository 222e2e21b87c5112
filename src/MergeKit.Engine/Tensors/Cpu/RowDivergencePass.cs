namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Kullback-Leibler divergence of every row's softmax from another tensor's, in float64.</summary>
internal sealed class RowDivergencePass(Tensor x, Tensor y) : TilePass
{
    private readonly int rowLength = (int)x.Shape.RowLength;
    private RowDivergenceKernel[] kernels = [];

    public override IReadOnlyList<Tensor> Roots { get; } = [x, y];

    public override bool NeedsRows => true;

    public double[] Results { get; } = new double[x.Shape.RowCount];

    public override void Begin(int workers, long tiles) => kernels = [.. Enumerable.Range(0, workers).Select(_ => new RowDivergenceKernel(rowLength))];

    public override void Consume(int workerNumber, Tile tile)
    {
        for (var position = 0; position < tile.Length; position += rowLength)
        {
            Results[(tile.Start + position) / rowLength] =
                kernels[workerNumber].Run(tile[0].Slice(position, rowLength), tile[1].Slice(position, rowLength));
        }
    }
}
