using System.Runtime.InteropServices;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tensors;
using MergeKit.Engine.Tensors.Cpu;

namespace MergeKit.Engine.Tests.Tensors;

/// <summary>A float32 tensor in memory.</summary>
internal sealed class MemoryTensor(float[] values) : TensorSource("memory", DType.F32, new TensorShape(values.Length))
{
    /// <summary>An array as an operand of expressions.</summary>
    public static Tensor Of(float[] values) => new InputTensor(new MemoryTensor(values), null);

    /// <summary>The operations with a given division of the work.</summary>
    public static CpuTensorMath Math(int threads, int chunkElements) =>
        new(new TileScheduler(threads, chunkElements, 1 << 20, CancellationToken.None));

    /// <summary>The values of an expression.</summary>
    public static float[] Evaluate(Tensor tensor, int threads = 1, int chunkElements = 0)
    {
        var bytes = new byte[tensor.Shape.ElementCount * sizeof(float)];
        Math(threads, chunkElements).Write(tensor, DType.F32, (offset, piece) => piece.CopyTo(bytes.AsSpan((int)offset)));
        return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
    }

    public override void Read(long start, Span<byte> destination) =>
        MemoryMarshal.AsBytes(values.AsSpan((int)start, destination.Length / sizeof(float))).CopyTo(destination);

    internal override string ContentId(IContentDigests digests) => throw new NotSupportedException();
}
