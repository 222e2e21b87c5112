using System.Text.Unicode;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Recipes.Yaml;

namespace MergeKit.Engine.Recipes;

/// <summary>Reads the text of a recipe file.</summary>
internal static class RecipeFile
{
    /// <summary>The text of a UTF-8 file.</summary>
    /// <exception cref="MergeException">The file cannot be opened or read, is too large, or is not UTF-8.</exception>
    public static string ReadText(string path, DiagnosticBag diagnostics)
    {
        var bytes = ReadBytes(path, diagnostics);
        if (bytes.Length > YamlLimits.Text)
        {
            throw diagnostics.Fatal(DiagnosticCode.RecipeTooLarge, new SourcePosition(path, 1, 1), $"more than {YamlLimits.Text} bytes");
        }

        var characters = new char[bytes.Length];
        var isUtf8 = Utf8.ToUtf16(bytes, characters, out _, out var written, replaceInvalidSequences: false) == System.Buffers.OperationStatus.Done;
        var text = characters.AsSpan(0, written);
        return isUtf8 ? new string(text) : throw diagnostics.Fatal(DiagnosticCode.RecipeNotUtf8, YamlText.PositionAfter(text, path));
    }

    /// <summary>At most one byte more than the limit, whatever the file system says about the file's length.</summary>
    private static ReadOnlySpan<byte> ReadBytes(string path, DiagnosticBag diagnostics)
    {
        if (Directory.Exists(path))
        {
            throw NotReadable("it is a folder");
        }

        try
        {
            using var file = File.OpenRead(path);
            var buffer = new byte[YamlLimits.Text + 1];
            return buffer.AsSpan(0, file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw NotReadable(e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : e.Message.TrimEnd('.'));
        }

        MergeException NotReadable(string why) => diagnostics.Fatal(DiagnosticCode.RecipeNotReadable, null, path, why);
    }
}
