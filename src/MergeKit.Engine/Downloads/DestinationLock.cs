using MergeKit.Engine.Caching;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Downloads;

/// <summary>
/// Lets one download at a time write a destination, in this process and in others. The system ends the lock with the process that holds
/// it. The file stays: whoever had it open while it was deleted would lock a file that nobody else finds.
/// </summary>
internal static class DestinationLock
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Waits until the lock is free, and takes it until the result is disposed.</summary>
    /// <param name="path">Full path of the lock file.</param>
    /// <param name="waiting">Is called once if the lock is not free.</param>
    /// <param name="time">The clock that is waited on.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="MergeException">The lock file cannot be created.</exception>
    public static async Task<IDisposable> AcquireAsync(string path, Action waiting, TimeProvider time, CancellationToken cancellation)
    {
        for (var tries = 0; ; tries++)
        {
            if (TryAcquire(path) is { } held)
            {
                return held;
            }

            if (tries == 0)
            {
                waiting();
            }

            await Task.Delay(Interval, time, cancellation);
        }
    }

    private static FileStream? TryAcquire(string path) => PartialFile.WhenWriting(path, () =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return LockFile.TryOpen(path);
    });
}
