using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Downloads;

/// <summary>Where a file is read from.</summary>
internal abstract class DownloadSource
{
    /// <summary>Opens the file for reading.</summary>
    /// <param name="offset">Bytes that are here already.</param>
    /// <param name="version">The version that they are of; what follows must be of the same.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <returns>What follows, or the file from its start where that cannot be had.</returns>
    /// <exception cref="TransientFailure">The source cannot be reached now.</exception>
    /// <exception cref="MergeException">The source has no such file, or does not give it.</exception>
    public abstract Task<SourceReply> OpenAsync(long offset, PartialVersion version, CancellationToken cancellation);
}
