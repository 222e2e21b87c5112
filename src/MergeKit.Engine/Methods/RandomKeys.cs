using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Methods;

/// <summary>
/// Keys of the random numbers: one per seed, output tensor and model. A model is recognised by samples of the tensor's own values, not by
/// its path or its place in the recipe, so that moving a folder or adding a model changes nobody else's numbers.
/// </summary>
internal static class RandomKeys
{
    private const int Windows = 16;
    private const int WindowElements = 64;

    /// <summary>The keys of several models' tensors; of equal ones, each gets its own.</summary>
    public static ulong[] Derive(long seed, string outputName, IReadOnlyList<TensorSource> tensors)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. tensors.Select(tensor =>
        {
            var identity = Identify(tensor);
            var occurrence = seen[identity] = seen.GetValueOrDefault(identity) + 1;
            var digest = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"random 1\n{seed}\n{outputName}\n{identity}\n{occurrence}")));
            return BitConverter.ToUInt64(digest);
        })];
    }

    /// <summary>Digest of evenly spaced windows of a tensor.</summary>
    private static string Identify(TensorSource tensor)
    {
        var count = tensor.Shape.ElementCount;
        var window = (int)Math.Min(WindowElements, count);
        var bytes = new byte[Windows * window * tensor.DType.Size()];
        for (var i = 0; i < Windows; i++)
        {
            tensor.Read((count - window) * i / (Windows - 1), bytes.AsSpan(i * window * tensor.DType.Size(), window * tensor.DType.Size()));
        }

        return Convert.ToHexString(SHA256.HashData(bytes));
    }
}
