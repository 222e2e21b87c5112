using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Recipes;

/// <summary>
/// One YAML document of a recipe file: one merge, or one stage of several. Exactly one of <see cref="Models"/>,
/// <see cref="Slices"/> and <see cref="Modules"/> is not null.
/// </summary>
public sealed record Recipe
{
    /// <summary>The stage's name, by which other stages of the file use its result as a model; unique in the file.</summary>
    public Located<string>? Name { get; init; }

    /// <summary>The merge method as written; whether it exists is checked when the merge is planned.</summary>
    public required Located<string> MergeMethod { get; init; }

    /// <summary>Whole models to merge; not empty when not null.</summary>
    public IReadOnlyList<InputModel>? Models { get; init; }

    /// <summary>The output's layers as a stack of slices; not empty when not null.</summary>
    public IReadOnlyList<OutputSlice>? Slices { get; init; }

    /// <summary>The parts of a model of several modules (such as encoder and decoder); not empty, names unique, when not null.</summary>
    public IReadOnlyList<OutputModule>? Modules { get; init; }

    /// <summary>The base model.</summary>
    public Located<ModelReference>? BaseModel { get; init; }

    /// <summary>The global parameters.</summary>
    public ParameterMap Parameters { get; init; } = ParameterMap.Empty;

    /// <summary>The float type that inputs are rounded to when loaded.</summary>
    public Located<DType>? DType { get; init; }

    /// <summary>The float type of the output; null for <see cref="DType"/>.</summary>
    public Located<DType>? OutDType { get; init; }

    /// <summary>The short form of <see cref="Tokenizer"/>; at most one of the two is not null.</summary>
    public Located<TokenizerSource>? TokenizerSource { get; init; }

    /// <summary>How the output's tokenizer and embeddings are made.</summary>
    public TokenizerSettings? Tokenizer { get; init; }

    /// <summary>The chat template: <c>auto</c>, a known name, or Jinja text.</summary>
    public Located<string>? ChatTemplate { get; init; }

    /// <summary>Where the document's first key stands.</summary>
    public required SourcePosition Position { get; init; }

    /// <summary>The YAML text of this document exactly as written, without the <c>---</c> that separates documents.</summary>
    public required string Text { get; init; }
}
