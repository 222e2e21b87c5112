namespace MergeKit.Engine.Caching;

/// <summary>Makes room in a store; its lock must be held.</summary>
/// <param name="entries">Folder of the entries.</param>
/// <param name="blobs">Folder of the weights.</param>
internal sealed class StoreTrim(string entries, string blobs)
{
    private int forgotten;
    private int files;
    private long bytes;

    /// <summary>Bytes of all weights in a store.</summary>
    public static long Size(string blobs) => CacheFiles.ByDigest(blobs).Sum(blob => blob.Size);

    /// <summary>Deletes what interrupted writes left behind.</summary>
    public void DeleteAbandoned(TemporaryNames temporary)
    {
        foreach (var file in temporary.Abandoned())
        {
            TryDelete(file);
        }
    }

    /// <summary>
    /// Deletes weights that no entry names and entries without weights, then entries from the one that was used longest ago until the rest fits.
    /// </summary>
    /// <param name="limit">Bytes of weights to keep.</param>
    public TrimResult Run(long limit)
    {
        var weights = CacheFiles.ByDigest(blobs).ToDictionary(blob => blob.Name, StringComparer.Ordinal);
        var named = ReadEntries(weights);
        var users = named.CountBy(entry => entry.Sha256, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var remaining = weights.Values.Sum(blob => users.ContainsKey(blob.Name) || !TryDelete(blob) ? blob.Size : 0);
        foreach (var (file, sha256) in named.OrderBy(entry => entry.File.LastUse).ThenBy(entry => entry.File.Name, StringComparer.Ordinal))
        {
            if (remaining <= limit)
            {
                break;
            }

            // Weights that another process has open cannot be deleted on Windows; they keep their entry.
            if (users[sha256] > 1)
            {
                Forget(file);
                users[sha256]--;
            }
            else if (TryDelete(weights[sha256]))
            {
                Forget(file);
                remaining -= weights[sha256].Size;
            }
        }

        return new TrimResult(forgotten, files, bytes, remaining);
    }

    private List<(CacheFile File, string Sha256)> ReadEntries(Dictionary<string, CacheFile> weights)
    {
        var named = new List<(CacheFile File, string Sha256)>();
        foreach (var file in CacheFiles.ByDigest(entries))
        {
            if (SealedFile.TryRead<CacheEntry>(file.Path) is { } entry && weights.ContainsKey(entry.Sha256))
            {
                named.Add((file, entry.Sha256));
            }
            else
            {
                Forget(file);
            }
        }

        return named;
    }

    private void Forget(CacheFile entry) => forgotten += CacheFiles.TryDelete(entry.Path) ? 1 : 0;

    private bool TryDelete(CacheFile file)
    {
        if (!CacheFiles.TryDelete(file.Path))
        {
            return false;
        }

        files++;
        bytes += file.Size;
        return true;
    }
}
