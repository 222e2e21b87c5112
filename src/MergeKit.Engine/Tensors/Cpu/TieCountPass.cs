namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Counts, per tile, the elements whose magnitude equals a threshold.</summary>
internal sealed class TieCountPass(IReadOnlyList<(Tensor X, uint Bits)> requests) : TilePass
{
    private int[][] counts = [];

    public override IReadOnlyList<Tensor> Roots { get; } = [.. requests.Select(request => request.X)];

    /// <summary>Ties per tile of one request.</summary>
    public int[] Counts(int request) => counts[request];

    public override void Begin(int workers, long tiles) => counts = [.. requests.Select(_ => new int[tiles])];

    public override void Consume(int workerNumber, Tile tile)
    {
        for (var i = 0; i < requests.Count; i++)
        {
            var bits = requests[i].Bits;
            counts[i][tile.Index] = MagnitudeCountKernel.AtLeast(tile[i], bits) - MagnitudeCountKernel.AtLeast(tile[i], bits + 1);
        }
    }
}
