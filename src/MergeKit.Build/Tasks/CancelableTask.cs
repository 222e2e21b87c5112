using Microsoft.Build.Framework;

namespace MergeKit.Build.Tasks;

/// <summary>A task that ends when the build is cancelled, and fails when it logged an error.</summary>
public abstract class CancelableTask : Microsoft.Build.Utilities.Task, ICancelableTask, IDisposable
{
    private readonly CancellationTokenSource cancellation = new();

    /// <summary>Cancelled when the build is.</summary>
    protected CancellationToken CancellationToken => cancellation.Token;

    /// <inheritdoc/>
    public void Cancel() => cancellation.Cancel();

    /// <inheritdoc/>
    public sealed override bool Execute()
    {
        try
        {
            Run();
            return !Log.HasLoggedErrors;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the task holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            cancellation.Dispose();
    }

    /// <summary>Does the task's work.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    private protected abstract void Run();
}
