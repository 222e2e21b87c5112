using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tensors;
using MergeKit.Engine.Tensors.Cpu;

namespace MergeKit.Engine.Output;

/// <summary>Copies tensors bit for bit, and compares them; pieces of one tensor on several threads.</summary>
/// <param name="threads">Threads to use for a tensor.</param>
/// <param name="cancellation">Checked before every piece.</param>
internal sealed class TensorCopy(int threads, CancellationToken cancellation)
{
    private const int PieceBytes = 1 << 18;

    /// <summary>Values that are looked at together: few enough to stay in the processor's first cache.</summary>
    private const int BlockElements = 1 << 12;

    /// <summary>Hands a tensor's bytes to <paramref name="write"/> and says whether they are finite numbers (as integers always are).</summary>
    public WriteReport Run(TensorSource source, TensorWriter write)
    {
        var isFinite = true;
        ForEachPiece(source, (start, piece) =>
        {
            write(start, piece);
            if (!AreFinite(source.DType, piece))
            {
                isFinite = false;
            }
        });
        return new WriteReport(isFinite, isFinite ? [] : [source]);
    }

    /// <summary>Hands a tensor's bytes to <paramref name="write"/>, whatever they are.</summary>
    public void RunUnchecked(TensorSource source, TensorWriter write) => ForEachPiece(source, (start, piece) => write(start, piece));

    /// <summary>Whether two tensors have the same dtype, shape and bytes.</summary>
    public bool AreEqual(TensorSource x, TensorSource y)
    {
        if (x.DType != y.DType || !x.Shape.Equals(y.Shape))
        {
            return false;
        }

        var equal = true;
        ForEachPiece(x, (start, xs) =>
        {
            var buffer = ArrayPool<byte>.Shared.Rent(xs.Length);
            try
            {
                var ys = buffer.AsSpan(0, xs.Length);
                y.Read(start / y.DType.Size(), ys);
                if (!xs.SequenceEqual(ys))
                {
                    equal = false;
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        });
        return equal;
    }

    private static bool AreFinite(DType dtype, ReadOnlySpan<byte> bytes)
    {
        if (!dtype.IsFloat())
        {
            return true;
        }

        if (dtype == DType.F64)
        {
            return TensorPrimitives.IsFiniteAll<double>(MemoryMarshal.Cast<byte, double>(bytes));
        }

        Span<float> values = stackalloc float[BlockElements];
        for (var rest = bytes; rest.Length > 0;)
        {
            var count = Math.Min(BlockElements, rest.Length / dtype.Size());
            if (FloatCodec.Decode(dtype, rest[..(count * dtype.Size())], values[..count]) >= FloatCodec.InfinityBits)
            {
                return false;
            }

            rest = rest[(count * dtype.Size())..];
        }

        return true;
    }

    private void ForEachPiece(TensorSource source, TensorWriter action)
    {
        var pieces = (source.ByteLength + PieceBytes - 1) / PieceBytes;
        WorkerThreads.Run((int)Math.Min(threads, pieces), pieces, (_, piece) =>
        {
            cancellation.ThrowIfCancellationRequested();
            var start = piece * PieceBytes;
            var buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
            try
            {
                var bytes = buffer.AsSpan(0, (int)Math.Min(PieceBytes, source.ByteLength - start));
                source.Read(start / source.DType.Size(), bytes);
                action(start, bytes);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        });
    }
}
