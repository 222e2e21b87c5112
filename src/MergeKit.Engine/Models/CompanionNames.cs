using System.Text.RegularExpressions;

namespace MergeKit.Engine.Models;

/// <summary>Names of the files beside weights and config.json that a loader looks for.</summary>
internal static partial class CompanionNames
{
    /// <summary>Settings for generation and processors.</summary>
    public static readonly IReadOnlyList<string> Settings =
    [
        "generation_config.json", "preprocessor_config.json", "processor_config.json", "video_preprocessor_config.json",
    ];

    /// <summary>Files of the tokenizer that always have the same names.</summary>
    public static readonly IReadOnlyList<string> Tokenizer =
    [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
        "vocab.json", "merges.txt", "vocab.txt", "tekken.json",
        "chat_template.jinja", "chat_template.json",
    ];

    /// <summary>Names that a loader looks for first: a tokenizer has one of them, or a vocabulary.</summary>
    private static readonly string[] Origins = ["tokenizer.json", "tokenizer_config.json", "vocab.json", "vocab.txt"];

    /// <summary>Whether a file holds settings for generation or processors.</summary>
    public static bool IsSetting(string name) => Settings.Contains(name);

    /// <summary>Whether a file belongs to the tokenizer.</summary>
    public static bool IsTokenizer(string name) => Tokenizer.Contains(name) || IsVocabulary(name);

    /// <summary>Whether a file holds a tokenizer's pieces in a form that is copied and not read: of SentencePiece, tiktoken or Mistral.</summary>
    public static bool IsVocabulary(string name) => name == "tekken.json" || IsCopiedVocabulary(name);

    /// <summary>Whether a file of no certain name is such a vocabulary.</summary>
    public static bool IsCopiedVocabulary(string name) => VocabularyName().IsMatch(name);

    /// <summary>Whether there is a tokenizer among some files.</summary>
    public static bool HaveTokenizer(IEnumerable<string> names) => names.Any(name => Origins.Contains(name) || IsVocabulary(name));

    [GeneratedRegex(@"\A[A-Za-z0-9._-]+\.(model|tiktoken|spm|bpe)\z", RegexOptions.CultureInvariant)]
    private static partial Regex VocabularyName();
}
