using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Caching;

/// <summary>
/// Remembers digests of files, so that none is read twice for them. Below <c>paths</c> stand the digests of files by path and stamp, below
/// <c>contents</c> the digests of the tensors in a file by the file's digest. What cannot be read there is unknown, and what cannot be
/// written is not remembered; neither is an error. Any number of processes may use a folder.
/// </summary>
/// <param name="directory">The folder; created when needed.</param>
/// <param name="time">The clock; the system's if null.</param>
internal sealed class DigestMemory(string directory, TimeProvider? time = null)
{
    /// <summary>
    /// A file that was written to this short a time ago may be written to again without getting another time: the coarsest file systems count
    /// in two seconds.
    /// </summary>
    private static readonly TimeSpan ClockStep = TimeSpan.FromSeconds(2);

    /// <summary>What was not asked for in so long belongs to files that are gone.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromDays(100);

    private readonly TemporaryNames temporary = new(directory, time ?? TimeProvider.System);

    private string Paths => Path.Combine(directory, "paths");

    private string Contents => Path.Combine(directory, "contents");

    /// <summary>The digests of a file and its tensors if they are remembered and the file is still the same; reads nothing of the file.</summary>
    public CheckpointDigest? Find(string path)
    {
        var full = Path.GetFullPath(path);
        return FileStamp.TryRead(full) is { } stamp && Identify(full, stamp) is { } known ? Tensors(known) : null;
    }

    /// <summary>The digests of files and their tensors by full path: remembered, or computed and remembered.</summary>
    /// <param name="files">The files; a path may occur several times.</param>
    /// <param name="threads">Threads to compute with.</param>
    /// <param name="bytesRead">Told by worker threads of every piece that was read; the pieces of a file that is not remembered add up to its size.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="MergeException">A file cannot be read, changed since it was opened, or is a damaged blob.</exception>
    public IReadOnlyDictionary<string, CheckpointDigest> Get(
        IReadOnlyCollection<WeightsFile> files, int threads, Action<long>? bytesRead, CancellationToken cancellation)
    {
        var now = temporary.Now;
        var digests = new Dictionary<string, CheckpointDigest>(StringComparer.Ordinal);
        var unknown = new List<(WeightsFile File, string? Sha256)>();
        foreach (var file in OnePerPath(files))
        {
            file.File.RequireUnchanged();
            var known = file.File.Stamp is { } stamp ? Identify(file.Path, stamp) : null;
            if (known is not null && Tensors(known) is { } remembered && remembered.Covers(file.Tensors))
            {
                digests.Add(file.Path, remembered);
            }
            else
            {
                unknown.Add((file, known));
            }
        }

        var computed = CheckpointHasher.Compute(unknown, threads, bytesRead, cancellation);
        foreach (var ((file, known), digest) in unknown.Zip(computed))
        {
            HubBlob.RequireIntact(file.Path, digest.Sha256);
            Remember(file.File, known, digest, now);
            digests.Add(file.Path, digest);
        }

        return digests;
    }

    /// <summary>SHA-256 of any file: remembered, or computed and remembered.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytesRead">Told of every piece that was read.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="MergeException">The file cannot be read, changed meanwhile, or is a damaged blob.</exception>
    public string FileDigest(string path, Action<long>? bytesRead, CancellationToken cancellation)
    {
        var full = Path.GetFullPath(path);
        if (FileStamp.TryRead(full) is { } stamp && Identify(full, stamp) is { } known)
        {
            return known;
        }

        var now = temporary.Now;
        using var file = CheckpointFile.Open(full);
        var digest = CheckpointHasher.Compute(file, bytesRead, cancellation);
        HubBlob.RequireIntact(full, digest);
        if (IsSettled(file, now))
        {
            RememberPath(file, digest);
        }

        return digest;
    }

    /// <summary>Deletes what has not been asked for in a long time, and what interrupted writes left behind.</summary>
    public void Trim()
    {
        var oldest = temporary.Now - LongestRest;
        try
        {
            var forgotten = CacheFiles.ByDigest(Paths).Concat(CacheFiles.ByDigest(Contents)).Where(file => file.LastUse < oldest);
            foreach (var file in forgotten.Concat(temporary.Abandoned()))
            {
                CacheFiles.TryDelete(file.Path);
            }
        }
        catch (Exception exception) when (FileErrors.Is(exception))
        {
            // The next time will do.
        }
    }

    /// <summary>Remembers the digest of a file that this process wrote or compared.</summary>
    /// <param name="path">The file.</param>
    /// <param name="stamp">Its stamp before the digest was taken: if it was written to since, nothing is known of it.</param>
    /// <param name="sha256">The digest.</param>
    public void Remember(string path, FileStamp stamp, string sha256) => TryWrite(PathEntry(Path.GetFullPath(path)), new KnownPath(stamp, sha256));

    private static List<WeightsFile> OnePerPath(IReadOnlyCollection<WeightsFile> files)
    {
        var one = new Dictionary<string, WeightsFile>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            // Opened twice, with a replacement in between: the two readers do not see the same tensors.
            if (!one.TryAdd(file.Path, file) && one[file.Path].File.Stamp != file.File.Stamp)
            {
                throw new MergeException(DiagnosticCode.FileChangedWhileRead, null, file.Path);
            }
        }

        return [.. one.Values];
    }

    /// <summary>The digest of a file, if it is remembered.</summary>
    private string? Identify(string path, FileStamp stamp) =>
        TryRead<KnownPath>(PathEntry(path)) is { } entry && entry.Stamp == stamp && Sha256Text.IsDigest(entry.Sha256) ? entry.Sha256 : null;

    private CheckpointDigest? Tensors(string sha256) =>
        TryRead<KnownTensors>(ContentEntry(sha256)) is { } entry ? new CheckpointDigest(sha256, entry.Blake3) : null;

    private void Remember(CheckpointFile file, string? known, CheckpointDigest digest, DateTime read)
    {
        if (!IsSettled(file, read))
        {
            return;
        }

        TryWrite(ContentEntry(digest.Sha256), new KnownTensors(digest.Tensors));
        if (known is null)
        {
            RememberPath(file, digest.Sha256);
        }
    }

    private void RememberPath(CheckpointFile file, string sha256) => TryWrite(PathEntry(file.Path), new KnownPath(file.Stamp!.Value, sha256));

    /// <summary>Whether every later change of a file will show in its stamp, if it was opened or seen unchanged after a time.</summary>
    private static bool IsSettled(CheckpointFile file, DateTime read) => file.Stamp is { } stamp && read.Ticks - stamp.Time >= ClockStep.Ticks;

    private T? TryRead<T>(string path)
        where T : class
    {
        var content = SealedFile.TryRead<T>(path);
        if (content is not null)
        {
            CacheFiles.TryTouch(path, temporary.Now);
        }

        return content;
    }

    private void TryWrite<T>(string path, T content)
        where T : class
    {
        try
        {
            SealedFile.Write(path, content, temporary);
        }
        catch (Exception exception) when (FileErrors.Is(exception))
        {
            // The digests are known now; that they will have to be computed again is no reason to fail.
        }
    }

    /// <summary>Revisions of a model share the blobs that they have in common.</summary>
    private string PathEntry(string path) => CacheFiles.PathOf(Paths, Sha256Text.Of(HubBlob.Find(path)?.Path ?? path));

    private string ContentEntry(string sha256) => CacheFiles.PathOf(Contents, sha256);

    private sealed record KnownPath(FileStamp Stamp, string Sha256);

    /// <summary>The name of the hash is part of the form: digests of another kind are unknown.</summary>
    private sealed record KnownTensors(IReadOnlyDictionary<string, string> Blake3);
}
