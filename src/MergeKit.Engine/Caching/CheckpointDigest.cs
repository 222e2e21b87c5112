using System.Globalization;
using MergeKit.Engine.Checkpoints;

namespace MergeKit.Engine.Caching;

/// <summary>Digests of a file with weights and of what it holds, all in lowercase hexadecimal.</summary>
/// <param name="Sha256">SHA-256 of the whole file.</param>
/// <param name="Tensors">BLAKE3 of every tensor's bytes by <see cref="KeyOf"/>.</param>
internal sealed record CheckpointDigest(string Sha256, IReadOnlyDictionary<string, string> Tensors)
{
    /// <summary>How a tensor is found in <see cref="Tensors"/>: by its place and name.</summary>
    public static string KeyOf(StoredTensor tensor) => string.Create(CultureInfo.InvariantCulture, $"{tensor.FileOffset} {tensor.Name}");

    /// <summary>Whether the digests are of these tensors, and of no others.</summary>
    public bool Covers(IReadOnlyList<StoredTensor> tensors) => Tensors.Count == tensors.Count && tensors.All(tensor => Tensors.ContainsKey(KeyOf(tensor)));
}
