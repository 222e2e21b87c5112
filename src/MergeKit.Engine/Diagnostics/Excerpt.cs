namespace MergeKit.Engine.Diagnostics;

/// <summary>Makes a piece of somebody's file fit for a one-line message.</summary>
internal static class Excerpt
{
    /// <summary>The text with control characters as spaces, cut after <paramref name="length"/> characters.</summary>
    public static string Of(string text, int length = 60)
    {
        var cut = text.Length > length ? text[..length] + "…" : text;
        return string.Create(cut.Length, cut, (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) ? ' ' : source[i];
            }
        });
    }
}
