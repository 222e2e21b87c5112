using System.Text;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Planning;

/// <summary>A file beside weights and config.json: copied from a model, or written.</summary>
internal sealed record CompanionFile
{
    private readonly string? text;

    private CompanionFile(string name, string? path, string? text) => (Name, Path, this.text) = (name, path, text);

    /// <summary>Its name in the model's folder.</summary>
    public string Name { get; }

    /// <summary>Full path of the file to copy; null for one that is written.</summary>
    public string? Path { get; }

    /// <summary>A file to copy under its own name.</summary>
    /// <param name="path">Its full path.</param>
    public static CompanionFile Copy(string path) => new(System.IO.Path.GetFileName(path), path, null);

    /// <summary>A file that is still to be written.</summary>
    public static CompanionFile Written(string name, string text) => new(name, null, text);

    /// <summary>What it holds.</summary>
    /// <exception cref="MergeException">The file cannot be read.</exception>
    public byte[] Read() => Path is null ? Encoding.UTF8.GetBytes(text!) : FileErrors.WhenReading(Path, () => File.ReadAllBytes(Path));
}
