namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>What to do with the tiles of some expressions while they stream by; called from several threads, each with its own worker number.</summary>
internal abstract class TilePass
{
    /// <summary>The expressions to evaluate.</summary>
    public abstract IReadOnlyList<Tensor> Roots { get; }

    /// <summary>Bytes per element that the pass puts into <see cref="TileWorker.Output"/>; 0 if it writes nothing.</summary>
    public virtual int OutputElementSize => 0;

    /// <summary>Whether every tile has to consist of whole rows along the last axis.</summary>
    public virtual bool NeedsRows => false;

    /// <summary>Most workers that the pass has memory for.</summary>
    public virtual int MaximumWorkers => int.MaxValue;

    /// <summary>Called for every worker before its first tile.</summary>
    public virtual void Begin(TileProgram program, TileWorker worker)
    {
    }

    /// <summary>Called once before the first tile.</summary>
    public virtual void Begin(int workers, long tiles)
    {
    }

    /// <summary>Takes one tile.</summary>
    public abstract void Consume(int workerNumber, Tile tile);

    /// <summary>Called when all tiles of a chunk have been consumed.</summary>
    public virtual void EndChunk(TileWorker worker, long start, int length)
    {
    }
}
