using System.Runtime.InteropServices;
using MergeKit.Engine.Caching;

namespace MergeKit.Engine.Planning;

/// <summary>Chooses the folder in which a stage is made.</summary>
internal static class StageFolder
{
    /// <summary>Longer names are replaced; shorter than a hash, so that no name can be another's hash.</summary>
    private const int LongestName = 40;

    private static readonly string[] Devices =
    [
        "CON", "PRN", "AUX", "NUL",
        .. Enumerable.Range(0, 10).SelectMany(number => new[] { $"COM{number}", $"LPT{number}" }),
    ];

    /// <summary>
    /// The stage's name where every file system takes it as it is and tells it from the other stages'; otherwise a hash of it.
    /// </summary>
    /// <param name="name">Name of the stage.</param>
    /// <param name="stages">Names of all stages.</param>
    public static string NameOf(string name, IReadOnlyList<string> stages) =>
        IsPlain(name) && stages.Count(other => other.Equals(name, StringComparison.OrdinalIgnoreCase)) == 1
            ? name
            : Sha256Text.Of(MemoryMarshal.AsBytes(name.AsSpan()));

    private static bool IsPlain(string name) =>
        name.Length <= LongestName
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
        && !name.StartsWith('.')
        && !name.EndsWith('.')
        && !Devices.Contains(name.Split('.')[0], StringComparer.OrdinalIgnoreCase);
}
