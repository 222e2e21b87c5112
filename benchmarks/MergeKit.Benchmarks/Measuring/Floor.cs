using Microsoft.Win32.SafeHandles;

namespace MergeKit.Benchmarks.Measuring;

/// <summary>
/// What no merge can do without: reads every byte of some files once and writes files, in large sequential pieces on several threads, without any
/// arithmetic, and makes the files survive a loss of power, as merges do.
/// </summary>
/// <param name="folder">The folder to write; replaced.</param>
/// <param name="inputs">The files to read.</param>
/// <param name="outputs">Number of files to write.</param>
/// <param name="outputBytes">Size of all of them together.</param>
/// <param name="threads">Threads to use; each takes an equal part of every file.</param>
internal sealed class Floor(string folder, IReadOnlyList<string> inputs, int outputs, long outputBytes, int threads)
{
    private const int PieceBytes = 4 << 20;

    /// <summary>Number of files to read.</summary>
    public int Inputs => inputs.Count;

    /// <summary>Bytes to read and to write.</summary>
    public long Bytes { get; } = inputs.Sum(path => new FileInfo(path).Length) + outputBytes;

    /// <summary>A case that reads and writes; what the run before has written is deleted beforehand, as with merges.</summary>
    public Case Case(string name) => new(name, Prepare, Run);

    private static void ForEachPiece(long length, int thread, int threads, Action<long, int> action)
    {
        var end = length * (thread + 1) / threads;
        for (var offset = length * thread / threads; offset < end; offset += PieceBytes)
        {
            action(offset, (int)Math.Min(PieceBytes, end - offset));
        }
    }

    private static void ReadFully(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        while (buffer.Length > 0)
        {
            var count = RandomAccess.Read(file, buffer, offset);
            if (count == 0)
            {
                throw new EndOfStreamException();
            }

            buffer = buffer[count..];
            offset += count;
        }
    }

    private void Prepare()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
    }

    private Work Run()
    {
        var sources = inputs.Select(path => File.OpenHandle(path)).ToList();
        var targets = Enumerable.Range(0, outputs).Select(Create).ToList();
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread =>
        {
            var buffer = GC.AllocateUninitializedArray<byte>(PieceBytes);
            foreach (var source in sources)
            {
                ForEachPiece(RandomAccess.GetLength(source), thread, threads, (offset, count) => ReadFully(source, buffer.AsSpan(0, count), offset));
            }

            foreach (var (i, target) in targets.Index())
            {
                ForEachPiece(SizeOf(i), thread, threads, (offset, count) => RandomAccess.Write(target, buffer.AsSpan(0, count), offset));
            }
        });
        targets.ForEach(RandomAccess.FlushToDisk);
        sources.Concat(targets).ToList().ForEach(file => file.Dispose());
        return new Work(0, outputBytes);
    }

    private SafeFileHandle Create(int output) =>
        File.OpenHandle(Path.Combine(folder, $"{output}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.None, SizeOf(output));

    private long SizeOf(int output) => (outputBytes * (output + 1) / outputs) - (outputBytes * output / outputs);
}
