using System.Security.Cryptography;

namespace MergeKit.Engine.Tests.TestModels;

/// <summary>What a folder holds, in a form that compares and reads well: every file with its size and digest.</summary>
internal static class FolderContent
{
    public static IReadOnlyList<string> Of(string folder) =>
    [
        .. Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(path => $"{Path.GetRelativePath(folder, path)} {(Directory.Exists(path) ? "folder" : Describe(path))}"),
    ];

    private static string Describe(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return $"{bytes.Length} {Convert.ToHexStringLower(SHA256.HashData(bytes))}";
    }
}
