using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Caching;

/// <summary>
/// Finished weights files that all projects of a user share, by fingerprint. A file is stored and fetched as a hard link where that is possible,
/// so it shares its bytes with models that somebody may write into: what is fetched is always compared with its digest. Any number of processes
/// may use a store; failing to store is never an error.
/// </summary>
/// <remarks>
/// <c>entries</c> holds a <see cref="CacheEntry"/> by fingerprint, last written when it was last used, <c>blobs</c> the weights by digest.
/// </remarks>
/// <param name="directory">The store's folder; created when needed.</param>
/// <param name="limit">Bytes of weights to keep.</param>
/// <param name="warn">Told of damaged weights, and once if the store cannot be used.</param>
/// <param name="time">The clock; the system's if null.</param>
/// <param name="link">Makes a hard link if it can; the file system's if null.</param>
internal sealed class ShardCache(
    string directory, long limit, Action<Diagnostic>? warn = null, TimeProvider? time = null, Func<string, string, bool>? link = null)
{
    private readonly Func<string, string, bool> tryLink = link ?? HardLink.TryCreate;
    private readonly TemporaryNames temporary = new(directory, time ?? TimeProvider.System);
    private bool isUnusable;

    /// <summary>How long to wait for another process that changes the store.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    private string Entries => Path.Combine(directory, "entries");

    private string Blobs => Path.Combine(directory, "blobs");

    /// <summary>What the store has under a fingerprint, as far as can be told without reading the weights; null if nothing.</summary>
    /// <param name="fingerprint">64 lowercase hexadecimal digits.</param>
    public CachedShard? Find(string fingerprint) =>
        SealedFile.TryRead<CacheEntry>(EntryOf(fingerprint)) is { } entry && Sha256Text.IsDigest(entry.Sha256) && Holds(BlobOf(entry.Sha256), entry.Size)
            ? new CachedShard(entry.Sha256, default, entry.Payload)
            : null;

    /// <summary>Puts the weights of a fingerprint where they are wanted.</summary>
    /// <param name="fingerprint">64 lowercase hexadecimal digits.</param>
    /// <param name="destination">The file to create; must not exist.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>What was stored; null, and no file, if the store does not have it, or only damaged.</returns>
    public CachedShard? TryFetch(string fingerprint, string destination, CancellationToken cancellation)
    {
        var path = EntryOf(fingerprint);
        if (SealedFile.TryRead<CacheEntry>(path) is not { } entry || !Sha256Text.IsDigest(entry.Sha256))
        {
            return null;
        }

        try
        {
            if (Damage(entry, destination, out var stamp, cancellation) is { } damage)
            {
                CacheFiles.TryDelete(path);
                CacheFiles.TryDelete(BlobOf(entry.Sha256));
                warn?.Invoke(Diagnostic.Warning(DiagnosticCode.CachedWeightsDamaged, null, BlobOf(entry.Sha256), damage));
                return null;
            }

            CacheFiles.TryTouch(path, temporary.Now);
            return new CachedShard(entry.Sha256, stamp, entry.Payload);
        }
        catch (Exception exception) when (FileErrors.Is(exception))
        {
            // Another process has evicted the weights, or the destination cannot be written to, which the merge itself will say better.
            return null;
        }
    }

    /// <summary>Keeps a finished weights file under a fingerprint, and forgets what was used longest ago if there is more than the limit.</summary>
    /// <param name="fingerprint">64 lowercase hexadecimal digits.</param>
    /// <param name="path">The file, complete and flushed; it is not to be written to any more.</param>
    /// <param name="sha256">Its digest.</param>
    /// <param name="payload">What <see cref="TryFetch"/> is to give back with it.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>Whether it was stored; not if it is larger than the limit, or the file system refuses.</returns>
    public bool Store(string fingerprint, string path, string sha256, string payload, CancellationToken cancellation)
    {
        try
        {
            var size = new FileInfo(path).Length;
            if (size > limit)
            {
                return false;
            }

            Keep(EntryOf(fingerprint), new CacheEntry(sha256, size, payload), path, cancellation);
            return true;
        }
        catch (Exception exception) when (FileErrors.Is(exception))
        {
            WarnUnusable(exception.Message);
            return false;
        }
    }

    /// <summary>Brings the store back to its limit and removes what no entry names and what interrupted writes left behind.</summary>
    /// <returns>What was done; nothing, with a warning, if the store cannot be had.</returns>
    public TrimResult Trim()
    {
        if (!Directory.Exists(directory))
        {
            return new TrimResult(0, 0, 0, 0);
        }

        try
        {
            using var held = StoreLock.TryTake(directory, Patience);
            if (held is not null)
            {
                var trim = new StoreTrim(Entries, Blobs);
                trim.DeleteAbandoned(temporary);
                return trim.Run(limit);
            }

            WarnUnusable("another process is changing it, or it may not be written to");
        }
        catch (Exception exception) when (FileErrors.Is(exception))
        {
            WarnUnusable(exception.Message);
        }

        return new TrimResult(0, 0, 0, 0);
    }

    /// <summary>Creates the destination and compares it with the entry; says what is wrong with the weights, in which case there is no destination.</summary>
    private string? Damage(CacheEntry entry, string destination, out FileStamp stamp, CancellationToken cancellation)
    {
        stamp = default;
        var blob = BlobOf(entry.Sha256);
        var size = new FileInfo(blob).Length;
        if (size != entry.Size)
        {
            return $"expected {entry.Size} bytes, found {size}";
        }

        var before = FileStamp.TryRead(blob);
        var digest = Place(blob, destination, cancellation);
        stamp = FileStamp.TryRead(destination) ?? default;
        var wasWritten = stamp.Id == before?.Id && stamp != before;
        if (digest == entry.Sha256 && !wasWritten)
        {
            return null;
        }

        File.Delete(destination);
        return wasWritten ? "it is being written to" : $"expected SHA-256 {entry.Sha256}, found {digest}";
    }

    private string Place(string blob, string destination, CancellationToken cancellation)
    {
        if (!tryLink(blob, destination))
        {
            return FileCopy.Create(blob, destination, cancellation);
        }

        try
        {
            return FileCopy.Digest(destination, cancellation);
        }
        catch
        {
            CacheFiles.TryDelete(destination);
            throw;
        }
    }

    private void Keep(string entryPath, CacheEntry entry, string path, CancellationToken cancellation)
    {
        var blob = BlobOf(entry.Sha256);

        // Copying takes long, so it is done before the lock is taken; the entry comes last, so that it never names what is not there yet.
        var staged = Holds(blob, entry.Size) ? null : Stage(path, cancellation);
        try
        {
            using var held = StoreLock.TryTake(directory, Patience);
            if (!Holds(blob, entry.Size))
            {
                staged ??= Stage(path, cancellation);
                Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
                File.Move(staged, blob, overwrite: true);
            }

            SealedFile.Write(entryPath, entry, temporary);
            if (held is not null)
            {
                Evict();
            }
        }
        finally
        {
            if (staged is not null)
            {
                CacheFiles.TryDelete(staged);
            }
        }
    }

    private void Evict()
    {
        try
        {
            if (StoreTrim.Size(Blobs) > limit)
            {
                new StoreTrim(Entries, Blobs).Run(limit);
            }
        }
        catch (Exception exception) when (FileErrors.Is(exception))
        {
            // What is stored is stored; the next one makes the room.
        }
    }

    private string Stage(string path, CancellationToken cancellation)
    {
        var staged = temporary.Next();
        if (!tryLink(path, staged))
        {
            FileCopy.Create(path, staged, cancellation);
        }

        return staged;
    }

    private void WarnUnusable(string reason)
    {
        if (Interlocked.Exchange(ref isUnusable, true))
        {
            return;
        }

        warn?.Invoke(Diagnostic.Warning(DiagnosticCode.CacheNotUsable, null, directory, reason.TrimEnd('.')));
    }

    private static bool Holds(string blob, long size) => new FileInfo(blob) is { Exists: true } file && file.Length == size;

    private string EntryOf(string fingerprint) => CacheFiles.PathOf(Entries, fingerprint);

    private string BlobOf(string sha256) => CacheFiles.PathOf(Blobs, sha256);
}
