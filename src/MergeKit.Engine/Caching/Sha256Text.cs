using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace MergeKit.Engine.Caching;

/// <summary>SHA-256 digests as text: 64 lowercase hexadecimal digits.</summary>
internal static class Sha256Text
{
    /// <summary>Length of a digest.</summary>
    public const int Length = 2 * SHA256.HashSizeInBytes;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>Digest of a text's UTF-8 bytes.</summary>
    public static string Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>Digest of bytes.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Takes the digest of everything appended; the hash starts anew.</summary>
    public static string Take(IncrementalHash hash)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return Convert.ToHexStringLower(digest);
    }

    /// <summary>Whether a text has the form of a digest, so that it is safe as a file's name.</summary>
    public static bool IsDigest(ReadOnlySpan<char> text) => text.Length == Length && !text.ContainsAnyExcept(Digits);
}
