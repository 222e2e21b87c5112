using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Encodes a tensor and writes every chunk to its place.</summary>
internal sealed class WritePass(Tensor tensor, DType dtype, TensorWriter write) : TilePass
{
    public override IReadOnlyList<Tensor> Roots { get; } = [tensor];

    public override int OutputElementSize => dtype.Size();

    public override void Consume(int workerNumber, Tile tile) => FloatCodec.Encode(dtype, tile[0], tile.Output(dtype.Size()));

    public override void EndChunk(TileWorker worker, long start, int length) =>
        write(start * dtype.Size(), worker.Output(0, length * dtype.Size()));
}
