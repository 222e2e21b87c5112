namespace MergeKit.Engine.Planning;

/// <summary>The files beside weights and config.json that a loader looks for.</summary>
internal static class CompanionFiles
{
    private static readonly string[] Always = ["generation_config.json"];

    private static readonly string[] Tokenizer =
    [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
        "vocab.json", "merges.txt", "vocab.txt", "tokenizer.model", "spiece.model", "sentencepiece.bpe.model",
        "chat_template.jinja", "chat_template.json",
    ];

    /// <summary>The ones that a model has, as full paths.</summary>
    public static IReadOnlyList<string> Find(string folder, bool withTokenizer) =>
        [.. (withTokenizer ? Always.Concat(Tokenizer) : Always).Select(name => Path.Combine(folder, name)).Where(File.Exists)];
}
