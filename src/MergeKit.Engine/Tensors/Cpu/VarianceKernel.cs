using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Writes a <see cref="VarianceTensor"/>, from and to memory once.</summary>
internal static class VarianceKernel
{
    public static void Run(VarianceTensor node, TileWorker worker, ReadOnlySpan<int> registers, Span<float> target)
    {
        // Registers are parts of one array, so that they keep their distance wherever it is moved to.
        ref var target0 = ref MemoryMarshal.GetReference(target);
        Span<nint> distances = stackalloc nint[registers.Length];
        for (var operand = 0; operand < distances.Length; operand++)
        {
            distances[operand] = Unsafe.ByteOffset(ref target0, ref MemoryMarshal.GetReference(worker.Register(registers[operand], target.Length)));
        }

        Run(distances, node.Share, target);
    }

    /// <summary>Writes it for operands in the target's array, at given distances in bytes from it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(ReadOnlySpan<nint> distances, float share, Span<float> target)
    {
        ref var target0 = ref MemoryMarshal.GetReference(target);

        // The target may be the register of an operand: an element is written when all operands' have been read.
        var i = 0;
        for (; i <= target.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            Vectors(ref Unsafe.Add(ref target0, i), distances, share).StoreUnsafe(ref target0, (nuint)i);
        }

        for (; i < target.Length; i++)
        {
            target[i] = Each(ref Unsafe.Add(ref target0, i), distances, share);
        }
    }

    /// <summary>Σ (x − first − mean)²·share with mean = Σ (x − first)·share, for operands at given distances from a place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Vectors(ref float place, ReadOnlySpan<nint> distances, float share)
    {
        // Zero plus a term differs from the term at most in the sign of zero, which does not show in squares.
        var first = Vector512.LoadUnsafe(ref Unsafe.AddByteOffset(ref place, distances[0]));
        var (mean, variance) = (Vector512<float>.Zero, Vector512<float>.Zero);
        foreach (var distance in distances)
        {
            mean = (Vector512.LoadUnsafe(ref Unsafe.AddByteOffset(ref place, distance)) - first) * share + mean;
        }

        foreach (var distance in distances)
        {
            var deviation = Vector512.LoadUnsafe(ref Unsafe.AddByteOffset(ref place, distance)) - first - mean;
            variance = deviation * deviation * share + variance;
        }

        return variance;
    }

    /// <summary>What <see cref="Vectors"/> computes, for one element.</summary>
    private static float Each(ref float place, ReadOnlySpan<nint> distances, float share)
    {
        var first = Unsafe.AddByteOffset(ref place, distances[0]);
        var (mean, variance) = (0f, 0f);
        foreach (var distance in distances)
        {
            mean = (Unsafe.AddByteOffset(ref place, distance) - first) * share + mean;
        }

        foreach (var distance in distances)
        {
            var deviation = Unsafe.AddByteOffset(ref place, distance) - first - mean;
            variance = deviation * deviation * share + variance;
        }

        return variance;
    }
}
