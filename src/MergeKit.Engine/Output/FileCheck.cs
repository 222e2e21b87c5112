using System.Globalization;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Output;

/// <summary>Compares one file of a model folder with its digest.</summary>
internal static class FileCheck
{
    /// <summary>What is wrong with the file; null if nothing is. Links are not followed, so nothing outside the folder is read.</summary>
    public static Diagnostic? Run(string folder, FileDigest expected, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, expected.Name);
        var position = new SourcePosition(path, 0, 0);
        var file = new FileInfo(path);
        Diagnostic Changed(string wanted, string found) => Diagnostic.Error(DiagnosticCode.ModelFileChanged, position, path, wanted, found);
        if (file.LinkTarget is not null || Directory.Exists(path))
        {
            return Changed("a file", file.LinkTarget is not null ? "a link" : "a folder");
        }

        if (!file.Exists)
        {
            return Diagnostic.Error(DiagnosticCode.ModelFileMissing, position, path, Bytes(expected.Size));
        }

        if (file.Length != expected.Size)
        {
            return Changed(Bytes(expected.Size), Bytes(file.Length));
        }

        try
        {
            // Pipes and devices say that they are empty; opening one could take forever.
            var sha256 = expected.Size == 0 ? FileHash.OfNothing : FileHash.Of(path, cancellation).Sha256;
            return sha256 == expected.Sha256 ? null : Changed($"SHA-256 {expected.Sha256}", sha256);
        }
        catch (MergeException e)
        {
            return e.Diagnostics[0] with { Position = position };
        }
    }

    private static string Bytes(long size) => string.Create(CultureInfo.InvariantCulture, $"{size} bytes");
}
