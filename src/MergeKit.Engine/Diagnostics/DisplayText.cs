using System.Globalization;
using System.Text;

namespace MergeKit.Engine.Diagnostics;

/// <summary>Prepares text from files that anybody may have written for a message: short, and on one line.</summary>
internal static class DisplayText
{
    /// <summary>Characters of a value that is quoted for being recognised only.</summary>
    public const int Short = 60;

    /// <summary>The text with control characters escaped and halves of surrogate pairs replaced, cut after <paramref name="maximumLength"/> characters.</summary>
    public static string Of(string text, int maximumLength = 200)
    {
        var shown = new StringBuilder(Math.Min(text.Length, maximumLength) + 8);
        foreach (var rune in text.AsSpan(0, Math.Min(text.Length, maximumLength)).EnumerateRunes())
        {
            if (Rune.IsControl(rune))
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            }
            else
            {
                shown.Append(rune.ToString());
            }
        }

        return text.Length > maximumLength ? shown.Append("...").ToString() : shown.ToString();
    }
}
