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
    public static void ThrowIfDigestDiffers(string? expected, string actual)
    {
        if (expected is not null && !expected.Equals(actual, StringComparison.OrdinalIgnoreCase))
        {
            throw new UnfitContent($"SHA-256 {expected.ToLowerInvariant()}", $"SHA-256 {actual}");
        }
    }
}
