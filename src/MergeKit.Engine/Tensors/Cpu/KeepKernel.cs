using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>x where a bit is set, else 0.</summary>
internal static class KeepKernel
{
    private const int BitsPerWord = 64;

    /// <summary>Takes as many elements as there are in the target; the lowest bit of the first word is the first one's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ReadOnlySpan<float> x, ReadOnlySpan<ulong> bits, Span<float> target)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, target.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan((long)bits.Length * BitsPerWord, target.Length);
        ref var x0 = ref MemoryMarshal.GetReference(x);
        ref var bits0 = ref Unsafe.As<ulong, ushort>(ref MemoryMarshal.GetReference(bits));
        ref var target0 = ref MemoryMarshal.GetReference(target);
        var laneBits = Vector512.Create(1u, 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 5, 1 << 6, 1 << 7, 1 << 8, 1 << 9, 1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14, 1 << 15);
        var i = 0;
        if (BitConverter.IsLittleEndian)
        {
            for (; i <= target.Length - Vector512<float>.Count; i += Vector512<float>.Count)
            {
                var isKept = Vector512.Equals(Vector512.Create((uint)Unsafe.Add(ref bits0, i / Vector512<float>.Count)) & laneBits, laneBits);
                (Vector512.LoadUnsafe(ref x0, (nuint)i) & isKept.AsSingle()).StoreUnsafe(ref target0, (nuint)i);
            }
        }

        for (; i < target.Length; i++)
        {
            target[i] = (bits[i / BitsPerWord] >> (i % BitsPerWord) & 1) != 0 ? x[i] : 0;
        }
    }
}
