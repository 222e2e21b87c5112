namespace MergeKit.Engine.Downloads;

/// <summary>Is told what running downloads do; calls come from worker threads, progress after every piece written, one call at a time.</summary>
public interface IDownloadObserver : IProgress<DownloadProgress>
{
    /// <summary>Somebody else is downloading the same file; this download looks again when that has ended.</summary>
    /// <param name="destination">Full path of the file.</param>
    void Waiting(string destination);

    /// <summary>A try failed, and another follows.</summary>
    /// <param name="source">The address, without what may be secret in it.</param>
    /// <param name="reason">Why it failed, as a part of a sentence.</param>
    /// <param name="delay">Time until the next try.</param>
    void Retrying(string source, string reason, TimeSpan delay);
}
