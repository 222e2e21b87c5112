using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.TorchSharp;

/// <summary>What the system's loader has against a library, out of all that .NET tells of its search.</summary>
internal static class LoaderMessage
{
    /// <summary>The line about a file that is there and does not load, or else that there is none.</summary>
    /// <param name="message">What .NET says: a line of advice, and a line for every place and form of the name.</param>
    /// <param name="library">The library.</param>
    public static string Of(string message, string library)
    {
        var lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var tries = lines.Length > 1 ? lines.Skip(1) : lines;
        var refusal = tries.FirstOrDefault(line => !IsAbsence(line, library));
        return refusal is null ? $"{library} is not there" : DisplayText.Of(refusal, 300);
    }

    /// <summary>A file that is missing and is not the library itself is one that the library needs.</summary>
    private static bool IsAbsence(string line, string library) =>
        line.Contains("No such file or directory", StringComparison.Ordinal) && Path.GetFileName(line.Split(':')[0]).Contains(library, StringComparison.Ordinal)
        || line.Contains("0x8007007E", StringComparison.Ordinal);
}
