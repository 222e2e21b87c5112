using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>x + y·factor, in two roundings; the target may be one of the operands.</summary>
internal static class AddScaledKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ReadOnlySpan<float> x, ReadOnlySpan<float> y, float factor, Span<float> target)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, target.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, target.Length);
        ref var x0 = ref MemoryMarshal.GetReference(x);
        ref var y0 = ref MemoryMarshal.GetReference(y);
        ref var target0 = ref MemoryMarshal.GetReference(target);
        var i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            var wide = Vector512.Create(factor);
            for (; i <= target.Length - Vector512<float>.Count; i += Vector512<float>.Count)
            {
                (Vector512.LoadUnsafe(ref y0, (nuint)i) * wide + Vector512.LoadUnsafe(ref x0, (nuint)i)).StoreUnsafe(ref target0, (nuint)i);
            }
        }

        var factors = Vector256.Create(factor);
        for (; i <= target.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            (Vector256.LoadUnsafe(ref y0, (nuint)i) * factors + Vector256.LoadUnsafe(ref x0, (nuint)i)).StoreUnsafe(ref target0, (nuint)i);
        }

        for (; i < target.Length; i++)
        {
            target[i] = y[i] * factor + x[i];
        }
    }
}
