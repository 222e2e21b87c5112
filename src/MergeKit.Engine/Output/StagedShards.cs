using MergeKit.Engine.Caching;
using MergeKit.Engine.Planning;
using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Output;

/// <summary>The files that a merge writes, in the staging folder, and the journal of what is finished in them.</summary>
internal sealed class StagedShards : IDisposable
{
    /// <summary>Bytes after which what was written is made to survive a loss of power.</summary>
    private const long FlushInterval = 64 << 20;

    /// <summary>Enough for threads that are a few chunks ahead, and for most small tensors, which are written before the large ones.</summary>
    private const long HashMemoryLimit = 32 << 20;

    private readonly Dictionary<TensorWork, ShardFile> fileOf = new(ReferenceEqualityComparer.Instance);
    private readonly List<ShardFile> files = [];
    private readonly HashMemory hashMemory = new(HashMemoryLimit);
    private readonly MergeJournal journal;
    private Task flushing = Task.CompletedTask;
    private long unflushed;

    private StagedShards(MergeJournal journal) => this.journal = journal;

    /// <summary>The files of an interrupted merge that this one can go on writing: those of the same header.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="planned">The files of this merge.</param>
    public static IReadOnlyDictionary<string, JournalShard> FindUnfinished(OutputFolder folder, IReadOnlyList<PlannedShard> planned)
    {
        var journal = MergeJournal.Read(folder.JournalPath);
        return planned.Where(shard =>
                journal.TryGetValue(shard.FileName, out var found)
                && found.HeaderHash == HashOf(shard)
                && new FileInfo(folder.PathOf(shard.FileName)) is { Exists: true } file
                && file.Length == shard.Layout.FileSize)
            .ToDictionary(shard => shard.FileName, shard => journal[shard.FileName], StringComparer.Ordinal);
    }

    /// <summary>
    /// Creates the files, or opens those that an interrupted merge began. All get their full size first, so that a full disk is noticed before
    /// hours of work.
    /// </summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="all">All files of the model.</param>
    /// <param name="unfinished">Those of them that are begun.</param>
    /// <param name="cancellation">Stops the work on the files' hashes.</param>
    public static StagedShards Open(OutputFolder folder, IReadOnlyList<ShardWork> all, IReadOnlyDictionary<string, JournalShard> unfinished, CancellationToken cancellation)
    {
        var shards = all.Where(shard => shard.IsWritten).ToList();
        var fetched = all.Select(shard => shard.Finished?.Path).OfType<string>().Where(path => Path.GetDirectoryName(path) == folder.Staging);

        // Nothing stays in the folder but what a journal names as being written, and nothing else is ever written in place: so links to
        // finished files, which later take their places in the folder, are safe, whenever a merge is killed.
        var begun = shards.Select(shard => shard.Planned.FileName).Where(unfinished.ContainsKey).ToHashSet(StringComparer.Ordinal);
        folder.KeepOnly(fetched.Select(path => Path.GetFileName(path)).Concat(begun).ToHashSet(StringComparer.Ordinal));
        var staged = new StagedShards(MergeJournal.Create(folder.JournalPath, shards.Select(Entry)));
        try
        {
            foreach (var shard in shards)
            {
                var file = ShardFile.Open(
                    folder.PathOf(shard.Planned.FileName), shard.Planned, isBegun: begun.Contains(shard.Planned.FileName), staged.hashMemory, cancellation);
                staged.files.Add(file);
                foreach (var tensor in shard.Tensors)
                {
                    staged.fileOf.Add(tensor, file);
                    if (tensor.IsInPlace)
                    {
                        file.Keep(tensor.FileOffset, tensor.Tensor.ByteLength);
                    }
                }
            }

            return staged;
        }
        catch
        {
            staged.Dispose();
            throw;
        }
    }

    /// <summary>Takes the bytes of a tensor.</summary>
    public TensorWriter WriterOf(TensorWork tensor)
    {
        var file = fileOf[tensor];
        return (offset, bytes) => file.Write(tensor.FileOffset + offset, bytes);
    }

    /// <summary>Notes that all bytes of a tensor are written.</summary>
    public void Finish(TensorWork tensor, TensorReport report)
    {
        journal.Add(fileOf[tensor].FileName, tensor.Fingerprint.Hash, tensor.FileOffset, report);
        if (Interlocked.Add(ref unflushed, tensor.Tensor.ByteLength) >= FlushInterval)
        {
            FlushInBackground();
        }
    }

    /// <summary>Makes everything survive a loss of power and closes the files.</summary>
    /// <returns>The files, by name.</returns>
    public IReadOnlyDictionary<string, FinishedShard> Complete()
    {
        flushing.GetAwaiter().GetResult();
        Flush();
        var finished = files.ToDictionary(file => file.FileName, file => file.Finish(), StringComparer.Ordinal);
        files.ForEach(file => file.Dispose());
        return finished;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Task.WhenAny(flushing).GetAwaiter().GetResult();
        files.ForEach(file => file.Dispose());
        journal.Dispose();
    }

    /// <summary>What the journal says of a file at the start: the tensors that stand in it and are not written again.</summary>
    private static JournalShard Entry(ShardWork shard)
    {
        var entry = new JournalShard(shard.Planned.FileName, HashOf(shard.Planned));
        foreach (var tensor in shard.Tensors.Where(tensor => tensor.IsInPlace))
        {
            // Tensors without elements may share their place.
            entry.Finished[tensor.FileOffset] = (tensor.Fingerprint.Hash, tensor.Known!);
        }

        return entry;
    }

    private static string HashOf(PlannedShard shard) => Sha256Text.Of(shard.Layout.Header.Span);

    private void FlushInBackground()
    {
        lock (files)
        {
            if (flushing.IsCompleted)
            {
                flushing.GetAwaiter().GetResult();
                flushing = Task.Run(Flush);
            }
        }
    }

    private void Flush()
    {
        Interlocked.Exchange(ref unflushed, 0);
        var position = journal.Position;
        files.ForEach(file => file.Flush());
        journal.MarkFlushed(position);
    }
}
