namespace MergeKit.Engine.Downloads;

/// <summary>A file, or the rest of one, ready to be read.</summary>
/// <param name="content">The bytes.</param>
/// <param name="owner">What is open with them.</param>
internal sealed class SourceReply(Stream content, IDisposable owner) : IDisposable
{
    /// <summary>The bytes from <see cref="Start"/> on.</summary>
    public Stream Content => content;

    /// <summary>Where in the file they begin: where was asked for, or 0.</summary>
    public long Start { get; init; }

    /// <summary>Bytes of the whole file; null if the server does not say.</summary>
    public long? Total { get; init; }

    /// <summary>Names this version of the file; null if the server does not.</summary>
    public string? ETag { get; init; }

    /// <inheritdoc/>
    public void Dispose() => owner.Dispose();
}
