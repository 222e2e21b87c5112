using System.Text;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Models;

/// <summary>The licence that a model's card states in its front matter.</summary>
internal static class CardLicense
{
    /// <summary>Reads the licence; null where there is no card, or it states none that is an identifier.</summary>
    /// <exception cref="MergeException">The card cannot be read.</exception>
    public static string? Read(string path)
    {
        var lines = File.Exists(path) ? FileErrors.WhenReading(path, () => Head(path)).Split('\n') : [];
        return lines.Length > 0 && lines[0].TrimEnd() == "---"
            ? lines.Skip(1).TakeWhile(line => line.TrimEnd() != "---")
                .Where(line => line.StartsWith("license:", StringComparison.Ordinal))
                .Select(line => line["license:".Length..].Trim()).FirstOrDefault(IsPlain)
            : null;
    }

    /// <summary>The beginning of a card, which anybody may have written.</summary>
    private static string Head(string path)
    {
        const int Longest = 64 << 10;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        var bytes = new byte[Math.Min(Longest, stream.Length)];
        return Encoding.UTF8.GetString(bytes, 0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
    }

    /// <summary>A licence identifier; anything else does not belong into another document's front matter.</summary>
    private static bool IsPlain(string value) => value.Length is > 0 and < 64 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '+' or '_');
}
