using System.Security.Cryptography;
using System.Text;

namespace MergeKit.Engine.Downloads;

/// <summary>The name that git gives the content of a file, by which the Hugging Face hub tags small files.</summary>
internal static class GitBlob
{
    /// <summary>Digits of a name.</summary>
    public const int Length = 2 * SHA1.HashSizeInBytes;

    /// <summary>The name in lowercase hexadecimal: SHA-1 over the file's length and its bytes.</summary>
    /// <param name="content">The file, which is read from its start.</param>
    public static string IdOf(Stream content)
    {
        const int PieceBytes = 1 << 16;
#pragma warning disable CA5350 // git's names are of SHA-1; they find damage, and nobody relies on them against intent.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        hash.AppendData(Encoding.ASCII.GetBytes(FormattableString.Invariant($"blob {content.Length}\0")));
        content.Position = 0;
        var buffer = new byte[PieceBytes];
        for (int read; (read = content.Read(buffer)) > 0;)
        {
            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
