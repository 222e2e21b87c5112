using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>A tensor whose bytes stand in a safetensors file.</summary>
public sealed class StoredTensor : TensorSource
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

    /// <inheritdoc/>
    /// <exception cref="MergeException">The file cannot be read, or has become shorter since it was opened.</exception>
    public override void Read(long start, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        var offset = checked(start * DType.Size());
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, ByteLength - offset);
        var filled = file.Fill(FileOffset + offset, destination);
        if (filled < destination.Length)
        {
            var end = FileOffset + offset;
            throw new MergeException(
                DiagnosticCode.CheckpointChanged, null, FilePath, DisplayText.Of(Name), end + destination.Length, end + filled);
        }
    }

    internal override string ContentId(IContentDigests digests) => $"{DType} {Shape} {digests.Of(this)}";
}
