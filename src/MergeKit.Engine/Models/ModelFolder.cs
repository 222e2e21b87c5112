using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Models;

/// <summary>A model on disk: its folder and its configuration.</summary>
public sealed class ModelFolder
{
    /// <summary>File name of a model's card.</summary>
    public const string CardName = "README.md";

    private readonly Lazy<string?> license;

    private ModelFolder(string path, ModelConfig config)
    {
        Path = path;
        Config = config;
        license = new Lazy<string?>(() => CardLicense.Read(CardPath));
    }

    /// <summary>Full path of the folder.</summary>
    public string Path { get; }

    /// <summary>The model's config.json.</summary>
    public ModelConfig Config { get; }

    /// <summary>Full path of the model's card, which need not exist.</summary>
    public string CardPath => System.IO.Path.Combine(Path, CardName);

    /// <summary>The licence that the card states, read when it is first asked for; null where it states none.</summary>
    /// <exception cref="MergeException">The card cannot be read.</exception>
    public string? License => license.Value;

    /// <summary>Opens a model folder and reads its config.json.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="MergeException">config.json is missing or not readable.</exception>
    public static ModelFolder Open(string path)
    {
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        return new ModelFolder(full, ModelConfig.Read(System.IO.Path.Combine(full, "config.json")));
    }
}
