using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tensors;
using MergeKit.Engine.Tensors.Cpu;

namespace MergeKit.Engine.Output;

/// <summary>Copies tensors bit for bit, and compares them.</summary>
internal static class TensorCopy
{
    private const int PieceBytes = 1 << 18;

    /// <summary>Hands a tensor's bytes to <paramref name="write"/> and says whether they are finite numbers (as integers always are).</summary>
    public static WriteReport Run(TensorSource source, TensorWriter write, CancellationToken cancellation)
    {
        var isFinite = true;
        var bytes = new byte[Math.Min(PieceBytes, source.ByteLength)];
        var values = new float[source.DType.IsFloat() ? bytes.Length / source.DType.Size() : 0];
        ForEachPiece(source, (start, length) =>
        {
            var piece = bytes.AsSpan(0, length);
            source.Read(start / source.DType.Size(), piece);
            write(start, piece);
            isFinite &= !source.DType.IsFloat() || AreFinite(source.DType, piece, values.AsSpan(0, length / source.DType.Size()));
        }, cancellation);
        return new WriteReport(isFinite, isFinite ? [] : [source]);
    }

    /// <summary>Hands a tensor's bytes to <paramref name="write"/>, whatever they are.</summary>
    public static void RunUnchecked(TensorSource source, TensorWriter write, CancellationToken cancellation)
    {
        // A new array per tensor is large enough to make the garbage collector run all the time.
        var bytes = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            ForEachPiece(source, (start, length) =>
            {
                var piece = bytes.AsSpan(0, length);
                source.Read(start / source.DType.Size(), piece);
                write(start, piece);
            }, cancellation);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Whether two tensors have the same dtype, shape and bytes.</summary>
    public static bool AreEqual(TensorSource x, TensorSource y, CancellationToken cancellation)
    {
        if (x.DType != y.DType || !x.Shape.Equals(y.Shape))
        {
            return false;
        }

        var equal = true;
        var (xs, ys) = (new byte[Math.Min(PieceBytes, x.ByteLength)], new byte[Math.Min(PieceBytes, x.ByteLength)]);
        ForEachPiece(x, (start, length) =>
        {
            x.Read(start / x.DType.Size(), xs.AsSpan(0, length));
            y.Read(start / y.DType.Size(), ys.AsSpan(0, length));
            equal &= xs.AsSpan(0, length).SequenceEqual(ys.AsSpan(0, length));
        }, cancellation);
        return equal;
    }

    private static bool AreFinite(DType dtype, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        if (dtype == DType.F64)
        {
            return TensorPrimitives.IsFiniteAll<double>(MemoryMarshal.Cast<byte, double>(bytes));
        }

        FloatCodec.Decode(dtype, bytes, values);
        return FiniteKernel.AreBelow(values, FloatCodec.InfinityBits);
    }

    private static void ForEachPiece(TensorSource source, Action<long, int> action, CancellationToken cancellation)
    {
        for (long start = 0; start < source.ByteLength; start += PieceBytes)
        {
            cancellation.ThrowIfCancellationRequested();
            action(start, (int)Math.Min(PieceBytes, source.ByteLength - start));
        }
    }
}
