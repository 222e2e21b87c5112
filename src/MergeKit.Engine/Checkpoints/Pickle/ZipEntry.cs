namespace MergeKit.Engine.Checkpoints.Pickle;

/// <summary>A file in a zip archive.</summary>
/// <param name="Name">Its path in the archive.</param>
/// <param name="IsPlain">Whether its bytes stand in the archive as they are: neither compressed nor encrypted.</param>
/// <param name="HeaderOffset">Where its local header begins.</param>
/// <param name="DataOffset">Where its bytes begin.</param>
/// <param name="StoredLength">Number of bytes that it takes in the archive.</param>
internal sealed record ZipEntry(string Name, bool IsPlain, long HeaderOffset, long DataOffset, long StoredLength)
{
    /// <summary>The byte after the last.</summary>
    public long End => DataOffset + StoredLength;
}
