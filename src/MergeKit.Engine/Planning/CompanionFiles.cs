using System.Text.RegularExpressions;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Models;

namespace MergeKit.Engine.Planning;

/// <summary>The files beside weights and config.json that a loader looks for.</summary>
internal static partial class CompanionFiles
{
    /// <summary>Files of other names are a vocabulary only up to this size, a multiple of the largest there are.</summary>
    private const long MaximumVocabularySize = 128 << 20;

    private const string TemplateFolder = "additional_chat_templates";

    /// <summary>The ones that a model has; custom code last.</summary>
    /// <param name="model">The model's folder.</param>
    /// <param name="code">The model's code.</param>
    public static IReadOnlyList<CompanionFile> Find(ModelFolder model, CustomCode code) =>
        [.. In(model.Path, CompanionNames.Settings), .. FindTokenizer(model.Path), .. code.Files.Select(CompanionFile.Copy)];

    /// <summary>The tokenizer's files in a folder that need not hold a model.</summary>
    public static IReadOnlyList<CompanionFile> FindTokenizer(string folder) => [.. In(folder, [.. CompanionNames.Tokenizer, .. Names(folder).Where(name => IsOwnVocabulary(folder, name))])];

    /// <summary>Names in a folder that look as if they belonged to a tokenizer, and are of no known kind.</summary>
    public static IReadOnlyList<string> FindUnknown(string folder) =>
    [
        .. Names(folder).Where(name => LooksLikeTokenizer().IsMatch(name) && !CompanionNames.Tokenizer.Contains(name) && !IsOwnVocabulary(folder, name)),
        .. Directory.Exists(Path.Combine(folder, TemplateFolder)) ? Names(Path.Combine(folder, TemplateFolder)).Where(name => name.EndsWith(".jinja", StringComparison.Ordinal)).Select(name => $"{TemplateFolder}/{name}") : [],
    ];

    private static bool IsOwnVocabulary(string folder, string name) =>
        CompanionNames.IsCopiedVocabulary(name) && new FileInfo(Path.Combine(folder, name)) is { Exists: true, Length: <= MaximumVocabularySize };

    private static IEnumerable<string> Names(string folder) =>
        Directory.Exists(folder)
            ? FileErrors.WhenReading(folder, () => Directory.GetFiles(folder)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)
            : [];

    private static IEnumerable<CompanionFile> In(string folder, IEnumerable<string> names) =>
        names.Select(name => Path.Combine(folder, name)).Where(File.Exists).Select(CompanionFile.Copy);

    [GeneratedRegex(@"\A[^.].*\.(model|tiktoken|spm|bpe|vocab)\z|\A[^.]*(tokenizer|vocab|merges|sentencepiece|tekken|tiktoken|spiece)[^.]*\.(json|txt|jsonl|tsv|dat|pkl|gz)\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex LooksLikeTokenizer();
}
