using System.Buffers;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>What one worker has found of a tensor's magnitudes around a boundary: how many are larger, and the ones close to it.</summary>
/// <param name="capacity">Most magnitudes to keep.</param>
internal sealed class MagnitudeCandidates(int capacity) : IDisposable
{
    private const int FirstLength = 1 << 14;

    private uint[] bits = [];
    private int count;

    /// <summary>Elements above the window.</summary>
    public long Above { get; private set; }

    /// <summary>Whether there were more candidates than there is room for; they are incomplete then.</summary>
    public bool IsOverfull { get; private set; }

    /// <summary>The bits of the magnitudes kept.</summary>
    public ArraySegment<uint> Bits => new(bits, 0, count);

    /// <summary>Looks at the values of a tile.</summary>
    /// <returns>Where in <see cref="Bits"/> its candidates are, and how many of its elements have the guessed magnitude.</returns>
    public (int Start, int Count, int Guessed) Add(ReadOnlySpan<float> values, MagnitudeWindow window)
    {
        if (IsOverfull || !HasRoomFor(values.Length + MagnitudeWindowKernel.Slack))
        {
            IsOverfull = true;
            return default;
        }

        var start = count;
        var (above, guessed, inside) = MagnitudeWindowKernel.Run(values, window, bits.AsSpan(count));
        Above += above;
        count += inside;
        return (start, inside, guessed);
    }

    public void Dispose()
    {
        ArrayPool<uint>.Shared.Return(bits);
        bits = [];
    }

    private bool HasRoomFor(int length)
    {
        if (count + length > bits.Length)
        {
            if (count + length > capacity)
            {
                return false;
            }

            var larger = ArrayPool<uint>.Shared.Rent(Math.Min(capacity, Math.Max(FirstLength, 2 * (count + length))));
            Bits.CopyTo(larger);
            ArrayPool<uint>.Shared.Return(bits);
            bits = larger;
        }

        return true;
    }
}
