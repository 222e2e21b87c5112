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

    /// <summary>Copies the bits that are in the window but not the guess, in their order; counts those above, and those equal to the guess.</summary>
    /// <param name="x">The values.</param>
    /// <param name="window">The window.</param>
    /// <param name="inside">Room for as many bits as there are values, and <see cref="Slack"/> more.</param>
    public static (int Above, int Guessed, int Inside) Run(ReadOnlySpan<float> x, MagnitudeWindow window, Span<uint> inside)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inside.Length, x.Length + Slack);
        var bits = MemoryMarshal.Cast<float, uint>(x);
        var done = Avx512F.IsSupported ? bits.Length - (bits.Length % Vector512<uint>.Count) : 0;
        var (above, guessed, count) = done > 0 ? RunLanes(bits[..done], window, inside) : (0, 0, 0);
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
