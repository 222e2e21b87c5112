namespace MergeKit.Engine.Tests.TestModels;

/// <summary>Merges that are cancelled at a given place; what they leave is what a kill leaves, but for the folder's lock.</summary>
internal static class Interruption
{
    /// <summary>Merges and cancels at one of the reports of progress, of which there are two per tensor: written and finished.</summary>
    /// <returns>Whether the merge was cancelled; not if it had fewer reports.</returns>
    public static bool After(int reports, MergeRequest request)
    {
        using var cancellation = new CancellationTokenSource();
        var count = 0;
        try
        {
            MergeWorkspace.Merge(
                request,
                _ =>
                {
                    if (Interlocked.Increment(ref count) == reports)
                    {
                        cancellation.Cancel();
                    }
                },
                cancellation.Token);
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }
}
