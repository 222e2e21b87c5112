namespace MergeKit.Benchmarks;

/// <summary>The space that is left on a disk.</summary>
internal static class FreeSpace
{
    /// <summary>Makes sure that something fits.</summary>
    /// <param name="folder">Where it is to be written; need not be there yet.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="what">What it is.</param>
    /// <exception cref="InvalidOperationException">It does not fit.</exception>
    public static void Require(string folder, long bytes, string what)
    {
        var existing = folder;
        while (!Directory.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing) ?? throw new InvalidOperationException($"There is no disk for '{folder}'; name another folder with --folder.");
        }

        var free = new DriveInfo(existing).AvailableFreeSpace;
        if (bytes > free)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"{what} in '{folder}' need {bytes / 1e9:F2} GB, but {free / 1e9:F2} GB are free; name smaller models or another folder."));
        }
    }
}
