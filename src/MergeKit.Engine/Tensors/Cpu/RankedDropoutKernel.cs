using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>
/// Writes <see cref="RankedDropout"/>s for whole rows. Most numbers are below the bounds of all ranks that an element may
/// have, or of none; only the others' elements are ranked, and only as far as it takes to decide. One per thread, because it keeps its buffers.
/// </summary>
internal sealed class RankedDropoutKernel
{
    private const int BitsPerWord = 64;

    private readonly RowRanks ranks = new();
    private uint[] numbers = [];
    private uint[] undecided = [];
    private ulong[] belowMost = [];
    private ulong[] bits = [];

    public void Run(RankedDropout node, ReadOnlySpan<float> x, long start, Span<float> target)
    {
        var rowLength = node.KeepBelow.Length;
        var wordsPerRow = (rowLength + BitsPerWord - 1) / BitsPerWord;
        if (bits.Length < wordsPerRow)
        {
            bits = GC.AllocateUninitializedArray<ulong>(wordsPerRow);
        }

        for (var row = 0; row < target.Length; row += rowLength)
        {
            var words = node.Drawn is { } drawn ? drawn.Words(start + row, rowLength) : [];
            var isDrawn = !words.IsEmpty && node.Drawn!.IsComplete;
            words = words.IsEmpty ? bits.AsSpan(0, wordsPerRow) : words;
            if (!isDrawn)
            {
                Draw(node, x.Slice(row, rowLength), start + row, words);
            }

            KeepKernel.Run(x.Slice(row, rowLength), words, target.Slice(row, rowLength));
        }
    }

    /// <summary>Draws the bits of a row.</summary>
    internal void Draw(RankedDropout node, ReadOnlySpan<float> x, long start, Span<ulong> words)
    {
        if (node.Least == node.Most)
        {
            Philox.FillBits(node.Key, node.Least, start, x.Length, words);
            return;
        }

        if (numbers.Length < x.Length)
        {
            numbers = GC.AllocateUninitializedArray<uint>(x.Length);
            undecided = GC.AllocateUninitializedArray<uint>(x.Length + Vector512<uint>.Count);
            belowMost = GC.AllocateUninitializedArray<ulong>((x.Length + BitsPerWord - 1) / BitsPerWord);
        }

        var drawn = numbers.AsSpan(0, x.Length);
        Philox.Fill(node.Key, start, drawn);
        DrawByRank(node, drawn, x, words);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void DrawByRank(RankedDropout node, ReadOnlySpan<uint> drawn, ReadOnlySpan<float> x, Span<ulong> words)
    {
        ranks.Count(x);
        var keepBelow = node.KeepBelow;
        var count = Decide(node, drawn, x, words);
        foreach (var index in undecided.AsSpan(0, count))
        {
            var (lowest, highest) = ranks.Interval(x, (int)index);
            var keep = Below(drawn[(int)index], keepBelow[lowest]);
            if (keep != Below(drawn[(int)index], keepBelow[highest]))
            {
                keep = Below(drawn[(int)index], keepBelow[ranks.RankOf(x, (int)index)]);
            }

            words[(int)(index / BitsPerWord)] |= (ulong)keep << (int)(index % BitsPerWord);
        }
    }

    /// <summary>1 or 0 without a branch, which nobody could predict.</summary>
    private static int Below(uint number, ulong bound) => (int)((number - bound) >> 63);

    /// <summary>Sets the bits of numbers surely below the bound of their element's rank, and lists the elements of which that is not sure.</summary>
    /// <returns>How many are listed.</returns>
    private int Decide(RankedDropout node, ReadOnlySpan<uint> drawn, ReadOnlySpan<float> x, Span<ulong> words)
    {
        var (done, count) = Avx512F.IsSupported && node.Most <= uint.MaxValue ? DecideBlocks(node, drawn, x, words) : (0, 0);
        return DecideWords(node, drawn, words, done, count);
    }

    /// <summary>From an element on at which a word begins, lists all whose number is neither below the bounds of all ranks nor above.</summary>
    /// <returns>How many are listed now.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int DecideWords(RankedDropout node, ReadOnlySpan<uint> drawn, Span<ulong> words, int start, int count)
    {
        Philox.WriteBelow(drawn[start..], node.Least, words[(start / BitsPerWord)..]);
        Philox.WriteBelow(drawn[start..], node.Most, belowMost.AsSpan(start / BitsPerWord));
        for (; start < drawn.Length; start += BitsPerWord)
        {
            for (var open = belowMost[start / BitsPerWord] & ~words[start / BitsPerWord]; open != 0; open &= open - 1)
            {
                undecided[count++] = (uint)(start + BitOperations.TrailingZeroCount(open));
            }
        }

        return count;
    }

    /// <summary>
    /// Sixteen elements at a time. Here the number is turned into the rank with that bound, which is compared with wide intervals of the
    /// element's rank; rounding, to float32 as well, is less than the margin.
    /// </summary>
    /// <returns>The number of elements that were looked at, all that fill whole words, and how many are listed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (int Done, int Count) DecideBlocks(RankedDropout node, ReadOnlySpan<uint> drawn, ReadOnlySpan<float> x, Span<ulong> words)
    {
        ref var drawn0 = ref MemoryMarshal.GetReference(drawn);
        ref var x0 = ref MemoryMarshal.GetReference(x);
        ref var words0 = ref Unsafe.As<ulong, ushort>(ref MemoryMarshal.GetReference(words));
        ref var undecided0 = ref MemoryMarshal.GetArrayDataReference(undecided);
        var wide = ranks.WideIntervals;
        var margin = Vector512.Create((float)(2 + 2 * node.RankError + node.RanksPerNumber + drawn.Length * 1e-6));
        var ranksPerNumber = Vector512.Create((float)node.RanksPerNumber);
        var (least, range) = (Vector512.Create((uint)node.Least), Vector512.Create((uint)(node.Most - node.Least)));
        var indices = Vector512<uint>.Indices;
        var (done, count) = (0, 0);
        for (var whole = drawn.Length - drawn.Length % BitsPerWord; done < whole; done += Vector512<uint>.Count)
        {
            var number = Vector512.LoadUnsafe(ref drawn0, (nuint)done);
            var aboveLeast = number - least;
            var rank = Vector512.ConvertToSingle(aboveLeast) * ranksPerNumber;
            var (lowest, highest) = wide.Of(Vector512.LoadUnsafe(ref x0, (nuint)done).AsUInt32());
            var between = Vector512.LessThan(aboveLeast, range);
            var keep = Vector512.LessThan(number, least) | (between & Vector512.LessThan(rank, lowest - margin).AsUInt32());
            Unsafe.Add(ref words0, done / Vector512<uint>.Count) = (ushort)keep.ExtractMostSignificantBits();

            var open = Vector512.AndNot(between & Vector512.LessThanOrEqual(rank, highest + margin).AsUInt32(), keep);
            Avx512F.Compress(Vector512<uint>.Zero, open, indices).StoreUnsafe(ref undecided0, (nuint)count);
            count += BitOperations.PopCount(open.ExtractMostSignificantBits());
            indices += Vector512.Create((uint)Vector512<uint>.Count);
        }

        return (done, count);
    }
}
