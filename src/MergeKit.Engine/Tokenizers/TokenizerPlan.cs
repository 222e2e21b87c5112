using MergeKit.Engine.Planning;

namespace MergeKit.Engine.Tokenizers;

/// <summary>What a recipe's tokenizer settings come to.</summary>
/// <param name="Files">The output's files beside weights and config.json.</param>
internal sealed record TokenizerPlan(IReadOnlyList<CompanionFile> Files)
{
    /// <summary>Gives embeddings the output's rows; null without tokenizer settings.</summary>
    public TokenEmbeddings? Embeddings { get; init; }

    /// <summary>Changes token numbers in configurations; null without tokenizer settings.</summary>
    public SpecialTokenIds? TokenIds { get; init; }

    /// <summary>Full paths of the files that were read for it, whether or not they are copied.</summary>
    public IReadOnlyList<string> InputFiles { get; init; } = [];

    /// <summary>The folder that gives nothing but the tokenizer; null if a merged model gives it.</summary>
    public IInputFolder? Folder { get; init; }
}
