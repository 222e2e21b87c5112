using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Encodes a tensor and writes every chunk to its place; looks for values that are not finite on the way.</summary>
internal sealed class WritePass(Tensor tensor, DType dtype, TensorWriter write) : TilePass
{
    private readonly Lock gate = new();
    private readonly uint overflow = FloatCodec.OverflowBits(dtype);
    private IReadOnlyList<InputTensor> inputs = [];
    private bool[] nonFinite = [];
    private bool isFinite = true;

    public override IReadOnlyList<Tensor> Roots { get; } = [tensor];

    public override int OutputElementSize => dtype.Size();

    public WriteReport Report => new(isFinite, [.. inputs.Select(input => input.Source).Where((_, i) => nonFinite[i]).Distinct()]);

    public override void Begin(TileProgram program, TileWorker worker)
    {
        lock (gate)
        {
            inputs = program.Inputs;
            nonFinite = nonFinite.Length == inputs.Count ? nonFinite : new bool[inputs.Count];
        }

        // Workers only ever set elements, and all to the same value.
        worker.NonFiniteInputs = nonFinite;
    }

    public override void Consume(int workerNumber, Tile tile)
    {
        if (FloatCodec.Encode(dtype, tile[0], tile.Output(dtype.Size())) >= overflow)
        {
            isFinite = false;
        }
    }

    public override void EndChunk(TileWorker worker, long start, int length) =>
        write(start * dtype.Size(), worker.Output(0, length * dtype.Size()));
}
