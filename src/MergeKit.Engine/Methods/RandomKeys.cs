using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MergeKit.Engine.Methods;

/// <summary>
/// Keys of the random numbers: one per seed, output tensor and model. A model is recognised by the content of the tensor, not by its path or
/// its place in the recipe, so that moving a folder or adding a model changes nobody else's numbers.
/// </summary>
internal static class RandomKeys
{
    /// <summary>The keys of several models' tensors; of tensors with equal content, each gets its own.</summary>
    /// <param name="seed">The merge's seed.</param>
    /// <param name="outputName">Name of the output tensor.</param>
    /// <param name="digests">Digests of the models' tensors.</param>
    public static ulong[] Derive(long seed, string outputName, IReadOnlyList<string> digests)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. digests.Select(digest =>
        {
            var occurrence = seen[digest] = seen.GetValueOrDefault(digest) + 1;
            var text = string.Create(CultureInfo.InvariantCulture, $"random 1\n{seed}\n{outputName}\n{digest}\n{occurrence}");
            return BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        })];
    }
}
