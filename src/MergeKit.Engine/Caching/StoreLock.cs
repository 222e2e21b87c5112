using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Caching;

/// <summary>Keeps two processes, or threads, from changing a store at once. A process that dies holding it gives it back.</summary>
internal static class StoreLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits for the lock; null if it is not to be had in time, or not at all.</summary>
    /// <param name="directory">The store's folder.</param>
    /// <param name="patience">How long to wait.</param>
    public static IDisposable? TryTake(string directory, TimeSpan patience)
    {
        try
        {
            for (var waited = TimeSpan.Zero; ; waited += Pause)
            {
                if (LockFile.TryOpen(Path.Combine(directory, "lock")) is { } held)
                {
                    return held;
                }

                if (waited >= patience)
                {
                    return null;
                }

                Thread.Sleep(Pause);
            }
        }
        catch (Exception exception) when (FileErrors.Is(exception))
        {
            return null;
        }
    }
}
