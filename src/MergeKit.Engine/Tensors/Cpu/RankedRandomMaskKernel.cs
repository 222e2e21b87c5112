using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>
/// Draws the masks of <see cref="RankedRandomMask"/>s for whole rows. Most numbers are below the bounds of all ranks that an element may
/// have, or of none; only the others' elements are ranked, and only as far as it takes to decide. One per thread, because it keeps its buffers.
/// </summary>
internal sealed class RankedRandomMaskKernel
{
    private readonly RowRanks ranks = new();
    private uint[] numbers = [];
    private uint[] undecided = [];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(RankedRandomMask node, ReadOnlySpan<float> x, long start, Span<float> target)
    {
        if (node.Least == node.Most)
        {
            Philox.FillMask(node.Key, node.Least, start, target);
            return;
        }

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
            DrawRow(node, drawn, x.Slice(row, rowLength), target.Slice(row, rowLength));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void DrawRow(RankedRandomMask node, ReadOnlySpan<uint> drawn, ReadOnlySpan<float> x, Span<float> target)
    {
        ranks.Count(x);
        var keepBelow = node.KeepBelow;
        var count = Decide(node, drawn, x, target);
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

    /// <summary>Writes 1 where a number is surely below the bound of its element's rank, else 0, and lists the elements of which that is not sure.</summary>
    /// <returns>How many are listed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Decide(RankedRandomMask node, ReadOnlySpan<uint> drawn, ReadOnlySpan<float> x, Span<float> target)
    {
        var i = 0;
        var count = Avx512F.IsSupported && node.Most <= uint.MaxValue ? DecideBlocks(node, drawn, x, target, out i) : 0;
        for (; i < drawn.Length; i++)
        {
            target[i] = drawn[i] < node.Least ? 1 : 0;
            undecided[count] = (uint)i;
            count += drawn[i] >= node.Least && drawn[i] < node.Most ? 1 : 0;
        }

        return count;
    }

    /// <summary>
    /// Sixteen elements at a time. Here the number is turned into the rank with that bound, which is compared with wide intervals of the
    /// element's rank; rounding, to float32 as well, is less than the margin.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int DecideBlocks(RankedRandomMask node, ReadOnlySpan<uint> drawn, ReadOnlySpan<float> x, Span<float> target, out int done)
    {
        ref var drawn0 = ref MemoryMarshal.GetReference(drawn);
        ref var x0 = ref MemoryMarshal.GetReference(x);
        ref var target0 = ref MemoryMarshal.GetReference(target);
        var margin = (float)(2 + 2 * node.RankError + node.RanksPerNumber + drawn.Length * 1e-6);
        var (indices, count) = (Vector512<uint>.Indices, 0);
        var wide = ranks.WideIntervals;
        for (done = 0; done <= drawn.Length - Vector512<uint>.Count; done += Vector512<uint>.Count)
        {
            var number = Vector512.LoadUnsafe(ref drawn0, (nuint)done);
            var aboveLeast = number - Vector512.Create((uint)node.Least);
            var rank = Vector512.ConvertToSingle(aboveLeast) * (float)node.RanksPerNumber;
            var (lowest, highest) = wide.Of(Vector512.LoadUnsafe(ref x0, (nuint)done).AsUInt32());
            var between = Vector512.LessThan(aboveLeast, Vector512.Create((uint)(node.Most - node.Least)));
            var keep = Vector512.LessThan(number, Vector512.Create((uint)node.Least))
                | (between & Vector512.LessThan(rank, lowest - Vector512.Create(margin)).AsUInt32());
            Vector512.ConditionalSelect(keep.AsSingle(), Vector512<float>.One, Vector512<float>.Zero).StoreUnsafe(ref target0, (nuint)done);

            var open = Vector512.AndNot(between & Vector512.LessThanOrEqual(rank, highest + Vector512.Create(margin)).AsUInt32(), keep);
            Avx512F.Compress(Vector512<uint>.Zero, open, indices).StoreUnsafe(ref undecided[count]);
            count += BitOperations.PopCount(open.ExtractMostSignificantBits());
            indices += Vector512.Create((uint)Vector512<uint>.Count);
        }

        return count;
    }
}
