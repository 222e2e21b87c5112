using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Planning;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Tokenizers;

/// <summary>The tokenizers of the models of a merge. A model without one is taken to have the base (or first) model's.</summary>
internal sealed class TokenizerSet
{
    private readonly ModelSet models;
    private readonly Dictionary<LoadedModel, ModelTokenizer> own = [];
    private readonly Dictionary<LoadedModel, ModelTokenizer> byModel = [];

    /// <summary>Reads them.</summary>
    /// <param name="models">The models, of which the primary one must have a tokenizer.</param>
    /// <param name="files">Their files.</param>
    /// <param name="diagnostics">Receives warnings.</param>
    /// <exception cref="MergeException">A tokenizer is missing or malformed.</exception>
    public TokenizerSet(ModelSet models, IReadOnlyDictionary<LoadedModel, TokenizerFiles> files, DiagnosticBag diagnostics)
    {
        this.models = models;
        foreach (var model in models.All)
        {
            var position = models.PositionOf(model);
            if (At(position, () => TokenizerParser.Read(files[model], RowsOf(model))) is { } tokenizer)
            {
                own.Add(model, tokenizer);
                byModel.Add(model, tokenizer);
                if (tokenizer.Unused.Count > 0)
                {
                    diagnostics.Warning(DiagnosticCode.TokensBeyondVocabulary, position, model, RowsOf(model), tokenizer.Unused.Count, DisplayText.Of(tokenizer.Unused.Order(StringComparer.Ordinal).First(), DisplayText.Short));
                }
            }
            else
            {
                byModel.Add(model, Own(models.Primary, position));
                diagnostics.Warning(DiagnosticCode.TokenizerAssumed, position, model, models.Primary);
            }

            var tokens = byModel[model].Ids.Values.DefaultIfEmpty(-1).Max() + 1;
            if (model.Source is AdaptedModel { AddsTokens: true } && model.Index.TokenEmbedding?.Shape[0] is { } rows && rows > tokens)
            {
                diagnostics.Warning(DiagnosticCode.AdapterRowsLeftOut, position, model, rows, tokens);
            }
        }
    }

    /// <summary>The tokenizers that models have, in order of the models.</summary>
    public IReadOnlyList<ModelTokenizer> All => [.. models.All.Where(own.ContainsKey).Select(model => own[model])];

    /// <summary>Every model's tokenizer.</summary>
    public IReadOnlyDictionary<LoadedModel, ModelTokenizer> ByModel => byModel;

    /// <summary>A model's tokenizer.</summary>
    public ModelTokenizer this[LoadedModel model] => byModel[model];

    /// <summary>Reads the tokenizer of a folder that is no merged model.</summary>
    /// <exception cref="MergeException">It is missing or malformed.</exception>
    public static ModelTokenizer Read(TokenizerFolder folder, SourcePosition position) => At(position, () =>
    {
        var files = new TokenizerFiles(folder.Reference.ToString(), folder.Files);
        return TokenizerParser.Read(files, folder.Config?.GetInt("vocab_size") ?? long.MaxValue) ?? throw Missing(files.Owner, position);
    });

    /// <summary>The tokenizer that a model itself has.</summary>
    /// <exception cref="MergeException">It has none.</exception>
    public ModelTokenizer Own(LoadedModel model, SourcePosition position) => own.GetValueOrDefault(model) ?? throw Missing(model.ToString(), position);

    /// <summary>Checks that the embeddings exist that the recipe names for single tokens.</summary>
    /// <exception cref="MergeException">A model is not merged, or does not have the token.</exception>
    public void Check(IEnumerable<TokenSettings> settings)
    {
        var errors = new DiagnosticBag();
        foreach (var (token, source, _) in settings)
        {
            switch (source?.Value)
            {
                case SameTokenSource same when Merged(same.Model, errors) is { } model && !byModel[model].Ids.ContainsKey(token.Value):
                    errors.Error(DiagnosticCode.TokenNotInModel, same.Model.Position, model, Shown(token.Value));
                    break;
                case ModelTokenSource { Token: { } text } other when Merged(other.Model, errors) is { } model && !byModel[model].Ids.ContainsKey(text.Value):
                    errors.Error(DiagnosticCode.TokenNotInModel, text.Position, model, Shown(text.Value) + Suggestion.Sentence(text.Value, byModel[model].Added.Select(added => added.Content)));
                    break;
                case ModelTokenSource { TokenId: { } id } other when Merged(other.Model, errors) is { } model && id.Value >= RowsOf(model):
                    errors.Error(DiagnosticCode.TokenIdOutOfRange, id.Position, id.Value, model, RowsOf(model));
                    break;
            }
        }

        errors.ThrowIfErrors();
    }

    /// <summary>Runs something whose errors are then about a place in the recipe.</summary>
    public static T At<T>(SourcePosition position, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (MergeException e)
        {
            throw new MergeException([.. e.Diagnostics.Select(d => d.Position is null ? d with { Position = position } : d)], e);
        }
    }

    private LoadedModel? Merged(Located<ModelReference> reference, DiagnosticBag errors)
    {
        if (models.Contains(reference.Value))
        {
            return models[reference.Value];
        }

        errors.Error(DiagnosticCode.TokenModelNotMerged, reference.Position, reference.Value);
        return null;
    }

    /// <summary>Number of token numbers for which a model has embeddings.</summary>
    private static long RowsOf(LoadedModel model) => Math.Min(model.Index.VocabularySize ?? long.MaxValue, model.Index.TokenEmbedding?.Shape[0] ?? long.MaxValue);

    private static string Shown(string token) => $"'{DisplayText.Of(token, DisplayText.Short)}'";

    private static MergeException Missing(string owner, SourcePosition position) => new(DiagnosticCode.TokenizerMissing, position, owner);
}
