using System.Buffers;

namespace MergeKit.Build.Items;

/// <summary>
/// A model's name is a folder's name on every system, so that a project builds the same everywhere. With a dot in front it could be
/// the staging folder of another model.
/// </summary>
internal static class ModelName
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("/\\:*?\"<>|;");

    public static bool IsValid(string name) =>
        name.Length > 0
        && !name.AsSpan().ContainsAny(Forbidden)
        && !name.Any(char.IsControl)
        && !name.StartsWith('.')
        && !name.EndsWith('.')
        && name.Trim().Length == name.Length;
}
