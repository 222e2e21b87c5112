using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Writes a <see cref="VarianceTensor"/>, in blocks that stay in the fastest cache.</summary>
internal static class VarianceKernel
{
    private const int Block = 1024;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(VarianceTensor node, TileWorker worker, ReadOnlySpan<int> registers, Span<float> target)
    {
        Span<float> means = stackalloc float[Block];
        Span<float> variances = stackalloc float[Block];
        for (var start = 0; start < target.Length; start += Block)
        {
            var end = Math.Min(start + Block, target.Length);
            var first = worker.Register(registers[0], end)[start..];
            var mean = means[..first.Length];
            var variance = variances[..first.Length];

            // Zero plus a term differs from the term at most in the sign of zero, which does not show in squares.
            mean.Clear();
            variance.Clear();
            foreach (var register in registers)
            {
                AddDifference(worker.Register(register, end)[start..], first, node.Share, mean);
            }

            foreach (var register in registers)
            {
                AddSquare(worker.Register(register, end)[start..], first, mean, node.Share, variance);
            }

            // Last, as the target may be the register of an operand.
            variance.CopyTo(target[start..]);
        }
    }

    /// <summary>mean += (x − first) · share.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddDifference(ReadOnlySpan<float> x, ReadOnlySpan<float> first, float share, Span<float> mean)
    {
        ref var x0 = ref MemoryMarshal.GetReference(x);
        ref var first0 = ref MemoryMarshal.GetReference(first);
        ref var mean0 = ref MemoryMarshal.GetReference(mean);
        var i = 0;
        for (; i <= mean.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var difference = Vector256.LoadUnsafe(ref x0, (nuint)i) - Vector256.LoadUnsafe(ref first0, (nuint)i);
            (difference * share + Vector256.LoadUnsafe(ref mean0, (nuint)i)).StoreUnsafe(ref mean0, (nuint)i);
        }

        for (; i < mean.Length; i++)
        {
            mean[i] = (x[i] - first[i]) * share + mean[i];
        }
    }

    /// <summary>variance += (x − first − mean)² · share.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddSquare(ReadOnlySpan<float> x, ReadOnlySpan<float> first, ReadOnlySpan<float> mean, float share, Span<float> variance)
    {
        ref var x0 = ref MemoryMarshal.GetReference(x);
        ref var first0 = ref MemoryMarshal.GetReference(first);
        ref var mean0 = ref MemoryMarshal.GetReference(mean);
        ref var variance0 = ref MemoryMarshal.GetReference(variance);
        var i = 0;
        for (; i <= variance.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var deviation = Vector256.LoadUnsafe(ref x0, (nuint)i) - Vector256.LoadUnsafe(ref first0, (nuint)i) - Vector256.LoadUnsafe(ref mean0, (nuint)i);
            (deviation * deviation * share + Vector256.LoadUnsafe(ref variance0, (nuint)i)).StoreUnsafe(ref variance0, (nuint)i);
        }

        for (; i < variance.Length; i++)
        {
            var deviation = x[i] - first[i] - mean[i];
            variance[i] = deviation * deviation * share + variance[i];
        }
    }
}
