using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Runs a kernel over spans of one length; the target may be one of the operands.</summary>
internal static class ElementWise
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<TKernel>(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> target)
        where TKernel : struct, IElementKernel
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, target.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, target.Length);
        ref var x0 = ref MemoryMarshal.GetReference(x);
        ref var y0 = ref MemoryMarshal.GetReference(y);
        ref var target0 = ref MemoryMarshal.GetReference(target);
        var i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i <= target.Length - Vector512<float>.Count; i += Vector512<float>.Count)
            {
                TKernel.Invoke(Vector512.LoadUnsafe(ref x0, (nuint)i), Vector512.LoadUnsafe(ref y0, (nuint)i)).StoreUnsafe(ref target0, (nuint)i);
            }
        }

        for (; i <= target.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            TKernel.Invoke(Vector256.LoadUnsafe(ref x0, (nuint)i), Vector256.LoadUnsafe(ref y0, (nuint)i)).StoreUnsafe(ref target0, (nuint)i);
        }

        for (; i < target.Length; i++)
        {
            target[i] = TKernel.Invoke(x[i], y[i]);
        }
    }

    /// <summary>Runs a kernel whose second operand is one number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<TKernel>(ReadOnlySpan<float> x, float y, Span<float> target)
        where TKernel : struct, IElementKernel
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, target.Length);
        ref var x0 = ref MemoryMarshal.GetReference(x);
        ref var target0 = ref MemoryMarshal.GetReference(target);
        var i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            var wide = Vector512.Create(y);
            for (; i <= target.Length - Vector512<float>.Count; i += Vector512<float>.Count)
            {
                TKernel.Invoke(Vector512.LoadUnsafe(ref x0, (nuint)i), wide).StoreUnsafe(ref target0, (nuint)i);
            }
        }

        var ys = Vector256.Create(y);
        for (; i <= target.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            TKernel.Invoke(Vector256.LoadUnsafe(ref x0, (nuint)i), ys).StoreUnsafe(ref target0, (nuint)i);
        }

        for (; i < target.Length; i++)
        {
            target[i] = TKernel.Invoke(x[i], y);
        }
    }
}
