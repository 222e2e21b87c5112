using MergeKit.Engine.Models;

namespace MergeKit.Engine.Planning;

/// <summary>The files beside weights and config.json that a loader looks for.</summary>
internal static class CompanionFiles
{
    private static readonly string[] Settings =
    [
        "generation_config.json", "preprocessor_config.json", "processor_config.json", "video_preprocessor_config.json",
    ];

    private static readonly string[] Tokenizer =
    [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
        "vocab.json", "merges.txt", "vocab.txt", "tokenizer.model", "spiece.model", "sentencepiece.bpe.model",
        "chat_template.jinja", "chat_template.json",
    ];

    /// <summary>Whether a file holds settings for generation or processors.</summary>
    public static bool IsSetting(string name) => Settings.Contains(name);

    /// <summary>Whether a file belongs to the tokenizer.</summary>
    public static bool IsTokenizer(string name) => Tokenizer.Contains(name);

    /// <summary>The ones that a model has; custom code last.</summary>
    public static IReadOnlyList<CompanionFile> Find(ModelFolder model) =>
        [.. In(model.Path, [.. Settings, .. Tokenizer]), .. CustomCode.FilesOf(model).Select(CompanionFile.Copy)];

    /// <summary>The tokenizer's files in a folder that need not hold a model.</summary>
    public static IReadOnlyList<CompanionFile> FindTokenizer(string folder) => [.. In(folder, Tokenizer)];

    private static IEnumerable<CompanionFile> In(string folder, string[] names) =>
        names.Select(name => Path.Combine(folder, name)).Where(File.Exists).Select(CompanionFile.Copy);
}
