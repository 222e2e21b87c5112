using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Keeps the magnitudes of some pieces of several tensors.</summary>
/// <param name="tensors">The tensors.</param>
/// <param name="starts">Flat indices of the pieces, ascending.</param>
/// <param name="pieceLength">Elements of a piece.</param>
internal sealed class SamplePass(IReadOnlyList<Tensor> tensors, long[] starts, int pieceLength) : TilePass, IDisposable
{
    private readonly uint[] scratch = Rent(starts.Length * pieceLength);
    private readonly uint[][] magnitudes = [.. tensors.Select(_ => Rent(starts.Length * pieceLength))];

    public override IReadOnlyList<Tensor> Roots { get; } = tensors;

    public long[] Starts => starts;

    /// <summary>The sample of one tensor; to be used by one thread at a time, and not after <see cref="Dispose"/>.</summary>
    public MagnitudeSample Sample(int tensor) => new(magnitudes[tensor].AsMemory(0, starts.Length * pieceLength), scratch, starts.Length);

    public override void Consume(int workerNumber, Tile tile)
    {
        var piece = Array.BinarySearch(starts, tile.Start);
        for (var root = 0; root < Roots.Count; root++)
        {
            var bits = MemoryMarshal.Cast<float, uint>(tile[root]);
            TensorPrimitives.BitwiseAnd(bits, MagnitudeWindow.MagnitudeBits, magnitudes[root].AsSpan(piece * pieceLength, pieceLength));
        }
    }

    public void Dispose()
    {
        foreach (var rented in magnitudes.Append(scratch))
        {
            ArrayPool<uint>.Shared.Return(rented);
        }
    }

    private static uint[] Rent(int length) => ArrayPool<uint>.Shared.Rent(length + MagnitudeWindowKernel.Slack);
}
