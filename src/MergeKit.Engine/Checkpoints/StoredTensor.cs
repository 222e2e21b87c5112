using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>A tensor whose bytes stand in a safetensors file.</summary>
public sealed class StoredTensor : TensorSource
{
    internal StoredTensor(string name, DType dtype, TensorShape shape, string filePath, long fileOffset)
        : base(name, dtype, shape)
    {
        FilePath = filePath;
        FileOffset = fileOffset;
    }

    /// <summary>Full path of the file.</summary>
    public string FilePath { get; }

    /// <summary>Bytes from the start of the file to the first element.</summary>
    public long FileOffset { get; }

    /// <inheritdoc/>
    public override void Read(long start, Span<byte> destination) => throw new NotImplementedException();
}
