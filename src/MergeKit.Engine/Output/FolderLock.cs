using MergeKit.Engine.Caching;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Output;

/// <summary>Keeps other builds from writing the same model folder; the system releases it when the process ends, however it ends.</summary>
internal sealed class FolderLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly string path;
    private readonly FileStream stream;

    private FolderLock(string path, FileStream stream) => (this.path, this.stream) = (path, stream);

    /// <summary>Takes the lock; waits while another build holds it.</summary>
    /// <param name="path">The lock's file.</param>
    /// <param name="waiting">Called once if there is something to wait for.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public static FolderLock Take(string path, Action waiting, CancellationToken cancellation)
    {
        var told = false;
        while (true)
        {
            if (TryTake(path) is { } taken)
            {
                return taken;
            }

            if (!told)
            {
                waiting();
                told = true;
            }

            cancellation.WaitHandle.WaitOne(Pause);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Takes the lock if no other build holds it; null otherwise.</summary>
    public static FolderLock? TryTake(string path) => TryOpen(path) is { } stream ? new FolderLock(path, stream) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            // While the lock is held, so that nobody else's file is deleted; Windows does it when the file is closed.
            if (!OperatingSystem.IsWindows())
            {
                File.Delete(path);
            }
        }
        catch (Exception e) when (FileErrors.IsRefusal(e))
        {
            // A lock file that nobody holds keeps nobody out.
        }
        finally
        {
            stream.Dispose();
        }
    }

    private static FileStream? TryOpen(string path)
    {
        var stream = LockFile.TryOpen(path, OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None);
        if (stream is null || IsStillAt(path, stream))
        {
            return stream;
        }

        stream.Dispose();
        return null;
    }

    /// <summary>Whether the open file is the one of that name, and not one that its last owner deleted while this process opened it.</summary>
    private static bool IsStillAt(string path, FileStream stream) =>
        OperatingSystem.IsWindows() || FileStamp.TryRead(path)?.Id == FileStamp.TryRead(stream.SafeFileHandle)?.Id;
}
