using System.Runtime.CompilerServices;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Writes a <see cref="RandomDropout"/>.</summary>
internal static class RandomDropoutKernel
{
    private const int Piece = 1024;
    private const int BitsPerWord = 64;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(RandomDropout node, ReadOnlySpan<float> x, long start, Span<float> target)
    {
        Span<ulong> scratch = stackalloc ulong[Piece / BitsPerWord];
        for (var done = 0; done < target.Length; done += Piece)
        {
            var length = Math.Min(Piece, target.Length - done);
            scoped var words = node.Drawn is { } drawn ? drawn.Words(start + done, length) : [];
            var isDrawn = !words.IsEmpty && node.Drawn!.IsComplete;
            words = words.IsEmpty ? scratch : words;
            if (!isDrawn)
            {
                Philox.FillBits(node.Key, node.KeepBelow, start + done, length, words);
            }

            KeepKernel.Run(x.Slice(done, length), words, target.Slice(done, length));
        }
    }
}
