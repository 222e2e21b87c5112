using System.Security.Cryptography;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tensors.Cpu;

namespace MergeKit.Engine.Output;

/// <summary>SHA-256 digests of the contents of input tensors: what they hold, wherever and in whatever file they stand.</summary>
internal static class ContentDigests
{
    private const int PieceBytes = 1 << 20;

    /// <summary>The digest of every tensor that a plan reads, in lowercase hexadecimal; each is read once.</summary>
    public static IReadOnlyDictionary<TensorSource, string> Of(MergePlan plan, CancellationToken cancellation)
    {
        // The largest first, so that no thread is left with one of them at the end.
        var tensors = plan.Tensors.SelectMany(tensor => tensor.Inputs).Select(input => input.Source).Distinct().OrderByDescending(tensor => tensor.ByteLength).ToArray();
        var digests = new string[tensors.Length];
        WorkerThreads.Run(Math.Min(plan.Request.EffectiveThreads, tensors.Length), tensors.Length, (_, i) => digests[i] = Digest(tensors[i], cancellation));
        return tensors.Zip(digests).ToDictionary();
    }

    private static string Digest(TensorSource tensor, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[Math.Min(PieceBytes, tensor.ByteLength)];
        for (long start = 0; start < tensor.ByteLength; start += PieceBytes)
        {
            cancellation.ThrowIfCancellationRequested();
            var piece = buffer.AsSpan(0, (int)Math.Min(PieceBytes, tensor.ByteLength - start));
            tensor.Read(start / tensor.DType.Size(), piece);
            hash.AppendData(piece);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
