using System.Buffers.Binary;

namespace MergeKit.Benchmarks.Validation;

/// <summary>What no validation can do without: reads the recipe, the headers of all files with weights, and the JSON files beside them, without looking at them.</summary>
internal static class HeaderReading
{
    /// <summary>The command that reads in a process of its own.</summary>
    public const string Command = "headers";

    /// <summary>Reads; gives back the number of bytes.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="folders">The models' folders.</param>
    public static long Run(string recipe, IEnumerable<string> folders) => recipe.Length + folders.SelectMany(Directory.EnumerateFiles).Sum(path => Path.GetExtension(path) switch
    {
        ".safetensors" => ReadHeader(path),
        ".json" => File.ReadAllBytes(path).LongLength,
        _ => 0,
    });

    private static long ReadHeader(string path)
    {
        using var file = File.OpenHandle(path);
        var prefix = new byte[sizeof(long)];
        RandomAccess.Read(file, prefix, 0);
        var header = new byte[BinaryPrimitives.ReadInt64LittleEndian(prefix)];
        return prefix.Length + RandomAccess.Read(file, header, prefix.Length);
    }
}
