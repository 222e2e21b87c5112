using System.Text;

namespace MergeKit.Engine.Models;

/// <summary>
/// Python writes <c>Infinity</c>, <c>-Infinity</c> and <c>NaN</c> into JSON, which has no such numbers, and some models' config.json has them.
/// They are read as strings of a kind of their own and written back as they were.
/// </summary>
internal static class PythonNumbers
{
    private const string Mark = "mergekit.build number ";
    private static readonly string[] Names = ["-Infinity", "Infinity", "NaN"];

    /// <summary>Puts the numbers of a JSON text into marked strings; other texts come back as they are.</summary>
    public static byte[] Quote(byte[] json)
    {
        if (json.AsSpan().IndexOf("Infinity"u8) < 0 && json.AsSpan().IndexOf("NaN"u8) < 0)
        {
            return json;
        }

        var text = Encoding.UTF8.GetString(json);
        var quoted = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var length = text[i] == '"' ? StringLength(text, i) : 0;
            if (length == 0 && Array.Find(Names, name => string.CompareOrdinal(text, i, name, 0, name.Length) == 0) is { } number)
            {
                quoted.Append('"').Append(Mark).Append(number).Append('"');
                i += number.Length;
            }
            else
            {
                quoted.Append(text, i, Math.Max(1, length));
                i += Math.Max(1, length);
            }
        }

        return Encoding.UTF8.GetBytes(quoted.ToString());
    }

    /// <summary>Takes the marks and quotes away again.</summary>
    public static string Unquote(string json) =>
        Names.Aggregate(json, (text, number) => text.Replace($"\"{Mark}{number}\"", number, StringComparison.Ordinal));

    /// <summary>Characters of a string with its quotes; to the end of the text if it is not closed.</summary>
    private static int StringLength(string text, int start)
    {
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                return i - start + 1;
            }
        }

        return text.Length - start;
    }
}
