namespace MergeKit.Engine.Downloads;

/// <summary>What came is not what was expected.</summary>
/// <param name="expected">Size or digest expected, with its unit or name.</param>
/// <param name="actual">Size or digest found.</param>
internal sealed class UnfitContent(string expected, string actual) : Exception($"expected {expected}, found {actual}")
{
    /// <summary>Size or digest expected.</summary>
    public string Expected => expected;

    /// <summary>Size or digest found.</summary>
    public string Actual => actual;

    /// <summary>Checks a size; null expects nothing.</summary>
    /// <exception cref="UnfitContent">The sizes differ.</exception>
    public static void ThrowIfSizeDiffers(long? expected, long? actual)
    {
        if (expected is { } e && actual is { } a && e != a)
        {
            throw new UnfitContent($"{e} bytes", $"{a} bytes");
        }
    }

    /// <summary>Checks a SHA-256; null expects nothing.</summary>
    /// <exception cref="UnfitContent">The digests differ.</exception>
    public static void ThrowIfDigestDiffers(string? expected, string actual) => ThrowIfDiffers("SHA-256", expected, actual);

    /// <summary>Checks the name that git gives a file's content; null expects nothing.</summary>
    /// <param name="expected">The name expected.</param>
    /// <param name="content">The file; its position is at its end afterwards.</param>
    /// <exception cref="UnfitContent">The names differ.</exception>
    public static void ThrowIfBlobDiffers(string? expected, Stream content)
    {
        if (expected is not null)
        {
            ThrowIfDiffers("git blob", expected, GitBlob.IdOf(content));
        }
    }

    private static void ThrowIfDiffers(string kind, string? expected, string actual)
    {
        if (expected is not null && !expected.Equals(actual, StringComparison.OrdinalIgnoreCase))
        {
            throw new UnfitContent($"{kind} {expected.ToLowerInvariant()}", $"{kind} {actual}");
        }
    }
}
