using System.Text.Json;

namespace MergeKit.Engine.Models;

/// <summary>Checks on JSON strings that System.Text.Json leaves to the caller.</summary>
internal static class JsonStrings
{
    /// <summary>Whether the current token can be taken as text: false for a string whose escapes leave half a surrogate pair.</summary>
    public static bool IsReadable(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.String) || !reader.ValueIsEscaped)
        {
            return true;
        }

        try
        {
            _ = reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
