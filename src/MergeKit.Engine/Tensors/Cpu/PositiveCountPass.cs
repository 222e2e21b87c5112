namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Counts the elements above zero of one tensor, and passes its tiles on.</summary>
internal sealed class PositiveCountPass(TilePass inner) : TilePass
{
    private long count;

    public override IReadOnlyList<Tensor> Roots => inner.Roots;

    /// <summary>Elements above zero.</summary>
    public long Count => count;

    public override void Begin(int workers, long tiles) => inner.Begin(workers, tiles);

    public override void Consume(int workerNumber, Tile tile)
    {
        Interlocked.Add(ref count, PositiveCountKernel.Run(tile[0]));
        inner.Consume(workerNumber, tile);
    }
}
