using Microsoft.Win32.SafeHandles;

namespace MergeKit.Benchmarks.Measuring;

/// <summary>
/// What no merge can do without: reads every byte of some files once and writes a file, in large sequential pieces on several threads, without any
/// arithmetic, and makes the file survive a loss of power, as merges do.
/// </summary>
internal static class Floor
{
    private const int PieceBytes = 4 << 20;

    /// <summary>Reads and writes.</summary>
    /// <param name="inputs">The files to read.</param>
    /// <param name="output">The file to write; replaced.</param>
    /// <param name="outputBytes">Its size.</param>
    /// <param name="threads">Threads to use; each takes an equal part of every file.</param>
    public static Work Run(IReadOnlyList<string> inputs, string output, long outputBytes, int threads)
    {
        File.Delete(output);
        var files = inputs.Select(path => File.OpenHandle(path)).ToList();
        using var target = File.OpenHandle(output, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.None, outputBytes);
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread =>
        {
            var buffer = GC.AllocateUninitializedArray<byte>(PieceBytes);
            foreach (var file in files)
            {
                ForEachPiece(RandomAccess.GetLength(file), thread, threads, (offset, count) => ReadFully(file, buffer.AsSpan(0, count), offset));
            }

            ForEachPiece(outputBytes, thread, threads, (offset, count) => RandomAccess.Write(target, buffer.AsSpan(0, count), offset));
        });
        RandomAccess.FlushToDisk(target);
        files.ForEach(file => file.Dispose());
        return new Work(0, outputBytes);
    }

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
}
