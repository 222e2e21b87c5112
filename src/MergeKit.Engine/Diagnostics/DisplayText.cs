using System.Globalization;
using System.Text;

namespace MergeKit.Engine.Diagnostics;

/// <summary>Prepares text from files that anybody may have written for a message: short, and on one line.</summary>
internal static class DisplayText
{
    private const int MaximumLength = 200;

    /// <summary>The text with control characters escaped and halves of surrogate pairs replaced, cut after 200 characters.</summary>
    public static string Of(string text)
    {
        var shown = new StringBuilder(Math.Min(text.Length, MaximumLength) + 8);
        foreach (var rune in text.AsSpan(0, Math.Min(text.Length, MaximumLength)).EnumerateRunes())
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

        return text.Length > MaximumLength ? shown.Append("...").ToString() : shown.ToString();
    }
}
