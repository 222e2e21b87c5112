using System.Globalization;
using System.Text;

namespace MergeKit.Build.Records;

/// <summary>Text as MSBuild stores it.</summary>
internal static class MSBuildText
{
    /// <summary>Escapes the characters that mean something to MSBuild.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (character is '%' or '$' or '@' or '(' or ')' or ';' or '\'' or '*' or '?')
                escaped.Append(CultureInfo.InvariantCulture, $"%{(int)character:x2}");
            else
                escaped.Append(character);
        }

        return escaped.ToString();
    }
}
