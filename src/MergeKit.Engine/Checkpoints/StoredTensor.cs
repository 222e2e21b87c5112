using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>A tensor whose bytes stand in a file.</summary>
public class StoredTensor : TensorSource
{
    private readonly CheckpointFile file;

    internal StoredTensor(string name, DType dtype, TensorShape shape, CheckpointFile file, long fileOffset)
        : base(name, dtype, shape)
    {
        this.file = file;
        FileOffset = fileOffset;
    }

    /// <summary>Full path of the file.</summary>
    public string FilePath => file.Path;

    /// <summary>Bytes from the start of the file to the first element.</summary>
    public long FileOffset { get; }

    /// <summary>Whether the elements follow each other in the file, in their order and without gaps.</summary>
    internal virtual bool IsInPlace => true;

    /// <inheritdoc/>
    /// <exception cref="MergeException">The file cannot be read, or has become shorter since it was opened.</exception>
    public override void Read(long start, Span<byte> destination)
    {
        RequireInside(start, destination.Length);
        Fill(FileOffset + start * DType.Size(), destination);
    }

    internal override string ContentId(IContentDigests digests) => $"{DType} {Shape} {digests.Of(this)}";

    /// <summary>Makes sure that a read stays inside the tensor.</summary>
    private protected void RequireInside(long start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, ByteLength - checked(start * DType.Size()));
    }

    /// <summary>Reads bytes of the file, all of which were there when it was opened.</summary>
    private protected void Fill(long offset, Span<byte> destination)
    {
        var filled = file.Fill(offset, destination);
        if (filled < destination.Length)
        {
            throw new MergeException(
                DiagnosticCode.CheckpointChanged, null, FilePath, DisplayText.Of(Name), offset + destination.Length, offset + filled);
        }
    }
}
