namespace MergeKit.Engine.Recipes;

/// <summary>Whose vocabulary the output has: the union of all models', the base model's, or that of one model.</summary>
public sealed record TokenizerSource
{
    private TokenizerSource(string keyword, ModelReference? model) => (Keyword, Model) = (keyword, model);

    /// <summary>All tokens of all models, the base model's first.</summary>
    public static TokenizerSource Union { get; } = new("union", null);

    /// <summary>The base model's tokens, or the first model's where there is no base.</summary>
    public static TokenizerSource Base { get; } = new("base", null);

    /// <summary>The model whose tokens are taken; null for <see cref="Union"/> and <see cref="Base"/>.</summary>
    public ModelReference? Model { get; }

    private string Keyword { get; }

    /// <summary>The tokens of one model.</summary>
    public static TokenizerSource Of(ModelReference model) => new("", model);

    /// <summary>The source as a recipe writes it.</summary>
    public override string ToString() => Model?.ToString() ?? Keyword;
}
