namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Keeps the values of a tensor in memory.</summary>
internal sealed class EvaluatePass(Tensor tensor) : TilePass
{
    public override IReadOnlyList<Tensor> Roots { get; } = [tensor];

    public float[] Values { get; } = GC.AllocateUninitializedArray<float>(checked((int)tensor.Shape.ElementCount));

    public override void Consume(int workerNumber, Tile tile) => tile[0].CopyTo(Values.AsSpan((int)tile.Start));
}
