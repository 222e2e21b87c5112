using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tensors;
using MergeKit.Engine.Tensors.Cpu;

namespace MergeKit.Engine.TorchSharp;

/// <summary>
/// The way of one tensor at a time to a device and back: buffers of the processor that the device copies from and to, and what of the present
/// output tensor stays on the device. TorchSharp has no streams, so that a lane waits for its own copies; while it does, others read and write.
/// </summary>
/// <param name="device">The device.</param>
/// <param name="budget">Bytes that the lane may use on it.</param>
/// <param name="threads">Threads of the processor for reading and drawing.</param>
/// <param name="chunkElements">Elements of a block; 0 derives it from the budget.</param>
/// <param name="cancellation">Checked before every block.</param>
internal sealed class DeviceLane(torch.Device device, long budget, int threads, int chunkElements, CancellationToken cancellation) : IDisposable
{
    /// <summary>Longer copies are no faster.</summary>
    private const int MaximumStagingBytes = 16 << 20;

    /// <summary>Bytes that a thread reads at a time.</summary>
    private const int PieceBytes = 1 << 20;

    private readonly Dictionary<torch.ScalarType, TorchTensor> staging = [];

    public torch.Device Device { get; } = device;

    public long Budget { get; } = budget;

    public int ChunkElements { get; } = chunkElements;

    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>What is kept on the device for the present output tensor.</summary>
    public ResidentTensors Resident { get; } = new(budget / 2);

    private bool IsProcessor => Device.type == DeviceType.CPU;

    private int StagingBytes => (int)Math.Clamp(Budget / 8, 1 << 16, MaximumStagingBytes);

    /// <summary>Reads elements of a tensor into one on the device, as they are stored.</summary>
    public void Read(TensorSource source, long start, TorchTensor destination)
    {
        var size = source.DType.Size();
        Fill(destination, size, (offset, bytes) => source.Read(start + offset, bytes), source.IsComputed ? 1 : PieceBytes / size);
    }

    /// <summary>A tensor of the device with values of the processor.</summary>
    public TorchTensor Upload<T>(ReadOnlyMemory<T> values, torch.ScalarType type)
        where T : unmanaged
    {
        var result = torch.empty(values.Length, type, Device);
        Fill(result, Marshal.SizeOf<T>(), (offset, bytes) => MemoryMarshal.AsBytes(values.Span.Slice((int)offset, bytes.Length / Marshal.SizeOf<T>())).CopyTo(bytes), values.Length);
        return result;
    }

    /// <summary>A tensor of the device with rows from the processor.</summary>
    public TorchTensor Upload(int rows, int columns, RowReader row, torch.ScalarType type)
    {
        var result = torch.empty((long)rows * columns, type, Device);
        var size = (int)result.ElementSize;
        Fill(result, size, (offset, bytes) =>
        {
            for (var done = 0; done < bytes.Length;)
            {
                var (number, column) = Math.DivRem(offset + done / size, columns);
                var rest = row((int)number)[((int)column * size)..];
                var length = Math.Min(rest.Length, bytes.Length - done);
                rest[..length].CopyTo(bytes[done..]);
                done += length;
            }
        }, PieceBytes / size);
        return result.view(rows, columns);
    }

    /// <summary>The random numbers of elements as signed integers: less 2³¹, in the order of the unsigned ones.</summary>
    public TorchTensor Draw(ulong key, Block block)
    {
        var result = torch.empty(block.Length, torch.ScalarType.Int32, Device);
        Fill(result, sizeof(uint), (offset, bytes) =>
        {
            var numbers = MemoryMarshal.Cast<byte, uint>(bytes);
            Philox.Fill(key, block.Start + offset, numbers);
            TensorPrimitives.Xor(numbers, 1u << 31, numbers);
        }, PieceBytes / sizeof(uint));
        return result;
    }

    /// <summary>Eight elements to a byte: bits that are set where the random number of an element is below a bound.</summary>
    public TorchTensor DrawBits(ulong key, ulong keepBelow, Block block)
    {
        const int ElementsPerWord = 64;
        var words = (block.Length + ElementsPerWord - 1) / ElementsPerWord;
        var result = torch.empty(words * sizeof(ulong), torch.ScalarType.Byte, Device);
        Fill(result, sizeof(byte), (offset, bytes) =>
        {
            var start = offset * 8;
            Philox.FillBits(key, keepBelow, block.Start + start, (int)Math.Min(bytes.Length * 8L, block.Length - start), MemoryMarshal.Cast<byte, ulong>(bytes));
        }, PieceBytes / ElementsPerWord);
        return result;
    }

    /// <summary>Hands the bytes of a tensor on the device to the processor, in order.</summary>
    public void Download(TorchTensor source, Action<long, ReadOnlySpan<byte>> take)
    {
        var size = (int)source.ElementSize;
        var step = StagingBytes / size;
        for (long done = 0; done < source.shape[0]; done += step)
        {
            using var scope = torch.NewDisposeScope();
            var length = Math.Min(step, source.shape[0] - done);
            var piece = source.narrow(0, done, length);
            take(done * size, IsProcessor ? piece.bytes : Buffer(source.dtype, size).narrow(0, 0, length).copy_(piece).bytes);
        }
    }

    /// <summary>The elements of a tensor on the device.</summary>
    public T[] Download<T>(TorchTensor source)
        where T : unmanaged
    {
        var values = GC.AllocateUninitializedArray<T>(checked((int)source.shape[0]));
        Download(source, (offset, bytes) => bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan())[(int)offset..]));
        return values;
    }

    /// <summary>Runs pieces of work on the processor's threads of the lane.</summary>
    public void ForEach(long pieces, Action<long> work) => WorkerThreads.Run((int)Math.Clamp(pieces, 1, threads), pieces, (_, piece) =>
    {
        Cancellation.ThrowIfCancellationRequested();
        work(piece);
    });

    public void Dispose()
    {
        Resident.Dispose();
        foreach (var buffer in staging.Values)
        {
            buffer.Dispose();
        }

        staging.Clear();
    }

    /// <summary>Fills a tensor piece by piece, several threads at a time: what is written to the processor's memory is copied to the device.</summary>
    private void Fill(TorchTensor destination, int elementSize, PieceFiller fill, int pieceElements)
    {
        // Pieces of drawn bits are whole words, and spans count in 32 bits.
        var step = IsProcessor ? (1 << 30) / elementSize : StagingBytes / elementSize / 64 * 64;
        for (long done = 0; done < destination.shape[0]; done += step)
        {
            using var scope = torch.NewDisposeScope();
            var length = (int)Math.Min(step, destination.shape[0] - done);
            var target = destination.narrow(0, done, length);
            var buffer = IsProcessor ? target : Buffer(destination.dtype, elementSize).narrow(0, 0, length);
            FillPieces(buffer, done, length, elementSize, fill, pieceElements);
            if (!IsProcessor)
            {
                target.copy_(buffer);
            }
        }
    }

    private unsafe void FillPieces(TorchTensor buffer, long start, int length, int elementSize, PieceFiller fill, int pieceElements)
    {
        // libtorch's memory does not move.
        var address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(buffer.bytes));
        var pieceLength = Math.Max(64, Math.Max(pieceElements, (length + threads - 1) / threads) / 64 * 64);
        var pieces = (length + pieceLength - 1) / pieceLength;
        WorkerThreads.Run(Math.Min(threads, pieces), pieces, (_, piece) =>
        {
            var first = (int)piece * pieceLength;
            fill(start + first, new Span<byte>((byte*)address + (long)first * elementSize, Math.Min(pieceLength, length - first) * elementSize));
        });
    }

    /// <summary>Memory that the device copies from and to without help of the processor; allocated once, as it is slow to get.</summary>
    private TorchTensor Buffer(torch.ScalarType type, int elementSize)
    {
        if (!staging.TryGetValue(type, out var buffer))
        {
            using var scope = torch.NewDisposeScope();
            buffer = scope.Detach(torch.empty(StagingBytes / elementSize, type).pin_memory());
            staging.Add(type, buffer);
        }

        return buffer;
    }
}
