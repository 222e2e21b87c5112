namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>A computed tile.</summary>
internal readonly ref struct Tile(TileProgram program, TileWorker worker, long start, int length, int positionInChunk)
{
    /// <summary>Flat index of the first element.</summary>
    public long Start { get; } = start;

    /// <summary>Elements.</summary>
    public int Length { get; } = length;

    /// <summary>Number of the tile in its tensor.</summary>
    public long Index => Start / program.TileLength;

    /// <summary>The values of one of the pass's expressions.</summary>
    public ReadOnlySpan<float> this[int root] => worker.Register(program.Results[root], Length);

    /// <summary>Where the tile's encoded elements go.</summary>
    public Span<byte> Output(int elementSize) => worker.Output(positionInChunk * elementSize, Length * elementSize);
}
