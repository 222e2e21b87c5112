using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace MergeKit.Engine.Caching.Hashing;

/// <summary>One lane, without vectors.</summary>
internal readonly struct SingleWord : IWordLanes<uint>
{
    public static int Count => 1;

    public static uint Numbers => 0;

    public static uint Create(uint word) => word;

    public static uint Add(uint x, uint y) => x + y;

    public static uint Xor(uint x, uint y) => x ^ y;

    public static uint RotateRight(uint x, [ConstantExpected] byte count) => BitOperations.RotateRight(x, count);

    public static void LoadBlocks(ref byte source, nint stride, ref uint words) =>
        Unsafe.CopyBlockUnaligned(ref Unsafe.As<uint, byte>(ref words), ref source, Blake3Format.BlockBytes);

    public static void StoreValues(ref uint words, ref byte destination) =>
        Unsafe.CopyBlockUnaligned(ref destination, ref Unsafe.As<uint, byte>(ref words), Blake3Format.ValueBytes);
}
