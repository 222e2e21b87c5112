using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Divides magnitudes by a <see cref="MagnitudeWindow"/>.</summary>
internal static class MagnitudeWindowKernel
{
    /// <summary>Elements of its target that the kernel may write beyond those that it reports.</summary>
    public const int Slack = 16;

    /// <summary>Elements that are looked at together.</summary>
    private const int Word = 32;

    /// <summary>Copies the bits that are in the window but not the guess, in their order; counts those above, and those equal to the guess.</summary>
    /// <param name="x">The values.</param>
    /// <param name="window">The window.</param>
    /// <param name="inside">Room for as many bits as there are values, and <see cref="Slack"/> more.</param>
    public static (int Above, int Guessed, int Inside) Run(ReadOnlySpan<float> x, MagnitudeWindow window, Span<uint> inside)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inside.Length, x.Length + Slack);
        var bits = MemoryMarshal.Cast<float, uint>(x);
        var done = bits.Length - bits.Length % Word;
        var (above, guessed, count) = Avx512F.IsSupported ? RunLanes(bits[..done], window, inside) : RunWords(bits[..done], window, inside);
        var rest = RunEach(bits[done..], window, inside[count..]);
        return (above + rest.Above, guessed + rest.Guessed, count + rest.Inside);
    }

    /// <summary>What <see cref="Run"/> does, one element at a time, but without a branch that depends on the data.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static (int Above, int Guessed, int Inside) RunEach(ReadOnlySpan<uint> bits, MagnitudeWindow window, Span<uint> inside)
    {
        var (above, guessed, count) = (0, 0, 0);
        var width = window.High - window.Low;
        foreach (var value in bits)
        {
            var magnitude = value & MagnitudeWindow.MagnitudeBits;
            above += magnitude >= window.High ? 1 : 0;
            guessed += magnitude == window.Guess ? 1 : 0;
            inside[count] = magnitude;
            count += magnitude - window.Low < width & magnitude != window.Guess ? 1 : 0;
        }

        return (above, guessed, count);
    }

    /// <summary>What <see cref="Run"/> does, for whole words: the elements inside, of which there are few, are found by their bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static (int Above, int Guessed, int Inside) RunWords(ReadOnlySpan<uint> bits, MagnitudeWindow window, Span<uint> inside)
    {
        ref var bits0 = ref MemoryMarshal.GetReference(bits);
        var (high, low, guess) = (Vector256.Create(window.High), Vector256.Create(window.Low), Vector256.Create(window.Guess));
        var width = Vector256.Create(window.High - window.Low);
        var (above, guessed, count) = (Vector256<uint>.Zero, Vector256<uint>.Zero, 0);
        for (var i = 0; i < bits.Length; i += Word)
        {
            var word = 0u;
            for (var lane = 0; lane < Word; lane += Vector256<uint>.Count)
            {
                var magnitude = Vector256.LoadUnsafe(ref bits0, (nuint)(i + lane)) & Vector256.Create(MagnitudeWindow.MagnitudeBits);
                var isGuess = Vector256.Equals(magnitude, guess);
                word |= Vector256.AndNot(Vector256.LessThan(magnitude - low, width), isGuess).ExtractMostSignificantBits() << lane;

                // True is −1 in every lane.
                above -= Vector256.GreaterThanOrEqual(magnitude, high);
                guessed -= isGuess;
            }

            for (; word != 0; word &= word - 1)
            {
                inside[count++] = bits[i + BitOperations.TrailingZeroCount(word)] & MagnitudeWindow.MagnitudeBits;
            }
        }

        return ((int)Vector256.Sum(above), (int)Vector256.Sum(guessed), count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (int Above, int Guessed, int Inside) RunLanes(ReadOnlySpan<uint> bits, MagnitudeWindow window, Span<uint> inside)
    {
        ref var bits0 = ref MemoryMarshal.GetReference(bits);
        ref var inside0 = ref MemoryMarshal.GetReference(inside);
        var (high, low, guess) = (Vector512.Create(window.High), Vector512.Create(window.Low), Vector512.Create(window.Guess));
        var width = Vector512.Create(window.High - window.Low);
        var (above, guessed, count) = (0, 0, 0);
        for (var i = 0; i < bits.Length; i += Vector512<uint>.Count)
        {
            var magnitude = Vector512.LoadUnsafe(ref bits0, (nuint)i) & Vector512.Create(MagnitudeWindow.MagnitudeBits);
            var isGuess = Vector512.Equals(magnitude, guess);
            var isInside = Vector512.AndNot(Vector512.LessThan(magnitude - low, width), isGuess);
            above += BitOperations.PopCount(Vector512.GreaterThanOrEqual(magnitude, high).ExtractMostSignificantBits());
            guessed += BitOperations.PopCount(isGuess.ExtractMostSignificantBits());

            // All lanes are written, the ones wanted first; the next write starts after these.
            Avx512F.Compress(Vector512<uint>.Zero, isInside, magnitude).StoreUnsafe(ref inside0, (nuint)count);
            count += BitOperations.PopCount(isInside.ExtractMostSignificantBits());
        }

        return (above, guessed, count);
    }
}
