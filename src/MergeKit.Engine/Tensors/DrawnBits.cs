using System.Buffers;

namespace MergeKit.Engine.Tensors;

/// <summary>
/// One bit for each of the first elements of a tensor, remembered from one pass to the next. Runs of elements have words of their own, so that
/// several threads may write different ones.
/// </summary>
internal sealed class DrawnBits : IDisposable
{
    private const int BitsPerWord = 64;

    private readonly int runLength;
    private readonly int count;
    private ulong[] words;

    /// <summary>Makes room.</summary>
    /// <param name="elements">Elements of the tensor.</param>
    /// <param name="runLength">Elements of a run: what is read or written at once is part of one.</param>
    /// <param name="maximumBytes">What is beyond so many bytes has no room.</param>
    public DrawnBits(long elements, int runLength, int maximumBytes)
    {
        this.runLength = runLength;
        var runs = (elements + runLength - 1) / runLength;
        count = (int)Math.Min(runs * WordsPerRun, maximumBytes / sizeof(ulong));
        words = ArrayPool<ulong>.Shared.Rent(count);
    }

    /// <summary>Whether a pass has written all the bits that there is room for.</summary>
    public bool IsComplete { get; set; }

    private int WordsPerRun => (runLength + BitsPerWord - 1) / BitsPerWord;

    /// <summary>The words of <paramref name="length"/> elements, the first in the lowest bit; none if there is no room for them.</summary>
    /// <param name="start">Flat index of the first element: a multiple of 64 elements after the start of a run.</param>
    /// <param name="length">Elements, all in one run.</param>
    public Span<ulong> Words(long start, int length)
    {
        var (run, offset) = Math.DivRem(start, runLength);
        var first = run * WordsPerRun + offset / BitsPerWord;
        var needed = (length + BitsPerWord - 1) / BitsPerWord;
        return offset % BitsPerWord == 0 && offset + length <= runLength && first + needed <= count ? words.AsSpan((int)first, needed) : [];
    }

    /// <summary>Gives the memory back; nothing is remembered any more.</summary>
    public void Dispose()
    {
        ArrayPool<ulong>.Shared.Return(words);
        words = [];
    }
}
