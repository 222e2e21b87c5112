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
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            try
            {
                return new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            }
            catch (IOException exception) when (waited < patience && FileErrors.IsSharingViolation(exception))
            {
                Thread.Sleep(Pause);
            }
            catch (Exception exception) when (FileErrors.Is(exception))
            {
                return null;
            }
        }
    }
}
