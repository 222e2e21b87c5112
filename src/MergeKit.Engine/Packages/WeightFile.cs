namespace MergeKit.Engine.Packages;

/// <summary>A file with weights of a model on disk.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Sha256">Its SHA-256, in lowercase hexadecimal.</param>
public sealed record WeightFile(string Path, long Size, string Sha256)
{
    /// <summary>File name.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Whether a file of a model folder is one that packages leave out when they are too large.</summary>
    /// <param name="fileName">Its name.</param>
    public static bool Is(string fileName) => fileName.EndsWith(".safetensors", StringComparison.Ordinal);
}
