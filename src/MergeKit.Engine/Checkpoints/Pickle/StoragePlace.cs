using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Checkpoints.Pickle;

/// <summary>Where the bytes of a storage are; inside the file.</summary>
/// <param name="Offset">Bytes from the start of the file.</param>
/// <param name="Length">Number of bytes.</param>
internal readonly record struct StoragePlace(long Offset, long Length)
{
    /// <summary>The place of a storage that should begin at an offset.</summary>
    /// <exception cref="MergeException">The file ends before the storage does.</exception>
    public static StoragePlace Within(CheckpointFile file, string key, long offset, long count, DType dtype) =>
        offset <= file.Length && count >= 0 && count <= (file.Length - offset) / dtype.Size()
            ? new StoragePlace(offset, count * dtype.Size())
            : throw Invalid(file, key, $"{count} elements of {dtype.TorchName()} at byte {offset} do not fit into {file.Length} bytes");

    /// <summary>Makes the error for a storage that is not what the pickle says.</summary>
    public static MergeException Invalid(CheckpointFile file, string key, string reason) =>
        new(DiagnosticCode.StorageInvalid, null, file.Path, $"storage '{DisplayText.Of(key)}'", reason);
}
