using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>
/// Draws the masks of <see cref="RankedRandomMask"/>s for whole rows. Most numbers are below the bounds of all ranks, or of none; only the
/// others' elements are ranked, and only as far as it takes to decide. One per thread, because it keeps its buffers.
/// </summary>
internal sealed class RankedRandomMaskKernel
{
    private readonly RowRanks ranks = new();
    private uint[] numbers = [];
    private uint[] undecided = [];

    public void Run(RankedRandomMask node, ReadOnlySpan<float> x, long start, Span<float> target)
    {
        var rowLength = node.KeepBelow.Length;
        if (numbers.Length < rowLength)
        {
            numbers = GC.AllocateUninitializedArray<uint>(rowLength);
            undecided = GC.AllocateUninitializedArray<uint>(rowLength + Vector512<uint>.Count);
        }

        for (var row = 0; row < target.Length; row += rowLength)
        {
            var drawn = numbers.AsSpan(0, rowLength);
            Philox.Fill(node.Key, start + row, drawn);
            DrawRow(node.KeepBelow, drawn, x.Slice(row, rowLength), target.Slice(row, rowLength));
        }
    }

    private void DrawRow(ReadOnlySpan<ulong> keepBelow, ReadOnlySpan<uint> drawn, ReadOnlySpan<float> x, Span<float> target)
    {
        var count = Decide(drawn, Math.Min(keepBelow[0], keepBelow[^1]), Math.Max(keepBelow[0], keepBelow[^1]), target);
        if (count == 0)
        {
            return;
        }

        ranks.Count(x);
        foreach (var index in undecided.AsSpan(0, count))
        {
            var (lowest, highest) = ranks.Interval(x, (int)index);
            var keep = Below(drawn[(int)index], keepBelow[lowest]);
            if (keep != Below(drawn[(int)index], keepBelow[highest]))
            {
                keep = Below(drawn[(int)index], keepBelow[ranks.RankOf(x, (int)index)]);
            }

            target[(int)index] = keep;
        }
    }

    /// <summary>1 or 0 without a branch, which nobody could predict.</summary>
    private static int Below(uint number, ulong bound) => (int)((number - bound) >> 63);

    /// <summary>Writes 1 where a number is below <paramref name="least"/>, else 0, and lists the elements whose number is not, but below <paramref name="most"/>.</summary>
    /// <returns>How many are listed.</returns>
    private int Decide(ReadOnlySpan<uint> drawn, ulong least, ulong most, Span<float> target)
    {
        ref var drawn0 = ref MemoryMarshal.GetReference(drawn);
        ref var target0 = ref MemoryMarshal.GetReference(target);
        var (count, i) = (0, 0);
        if (Avx512F.IsSupported && most <= uint.MaxValue)
        {
            var indices = Vector512<uint>.Indices;
            for (; i <= drawn.Length - Vector512<uint>.Count; i += Vector512<uint>.Count)
            {
                var number = Vector512.LoadUnsafe(ref drawn0, (nuint)i);
                var below = Vector512.LessThan(number, Vector512.Create((uint)least));
                Vector512.ConditionalSelect(below.AsSingle(), Vector512<float>.One, Vector512<float>.Zero).StoreUnsafe(ref target0, (nuint)i);
                var between = Vector512.LessThan(number - Vector512.Create((uint)least), Vector512.Create((uint)(most - least)));
                Avx512F.Compress(Vector512<uint>.Zero, between, indices).StoreUnsafe(ref undecided[count]);
                count += BitOperations.PopCount(between.ExtractMostSignificantBits());
                indices += Vector512.Create((uint)Vector512<uint>.Count);
            }
        }

        for (; i < drawn.Length; i++)
        {
            target[i] = drawn[i] < least ? 1 : 0;
            undecided[count] = (uint)i;
            count += drawn[i] >= least && drawn[i] < most ? 1 : 0;
        }

        return count;
    }
}
