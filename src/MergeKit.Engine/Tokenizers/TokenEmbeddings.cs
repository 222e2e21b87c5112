using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Planning;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Tokenizers;

/// <summary>
/// Gives the models' embeddings and output heads the rows of the output's vocabulary, before a method sees them. A token that a model lacks
/// gets its row there from the recipe's block, or else from the only model that has it, from the base, or from the mean over those that have it.
/// </summary>
internal sealed class TokenEmbeddings
{
    private readonly ModelSet models;
    private readonly OutputVocabulary vocabulary;
    private readonly string?[] tokens;
    private readonly IReadOnlyDictionary<LoadedModel, ModelTokenizer> tokenizers;
    private readonly Dictionary<LoadedModel, int[]> places;
    private readonly Dictionary<string, TokenSettings> settings;

    /// <summary>Prepares the layout.</summary>
    /// <param name="models">The models of the merge.</param>
    /// <param name="tokenizers">A tokenizer for each of them.</param>
    /// <param name="vocabulary">The output's vocabulary.</param>
    /// <param name="settings">What the recipe says about single tokens.</param>
    /// <param name="multiple">The number of rows is rounded up to a multiple of this.</param>
    public TokenEmbeddings(ModelSet models, IReadOnlyDictionary<LoadedModel, ModelTokenizer> tokenizers, OutputVocabulary vocabulary, IReadOnlyList<TokenSettings> settings, int multiple)
    {
        this.models = models;
        this.tokenizers = tokenizers;
        this.vocabulary = vocabulary;
        this.settings = settings.ToDictionary(token => token.Token.Value, StringComparer.Ordinal);
        RowCount = (vocabulary.Count + multiple - 1) / multiple * multiple;
        tokens = new string?[vocabulary.Count];
        foreach (var (token, id) in vocabulary.Ids)
        {
            tokens[id] = token;
        }

        places = tokenizers.ToDictionary(pair => pair.Key, pair => Array.ConvertAll(tokens, token => token is not null && pair.Value.Ids.TryGetValue(token, out var id) ? id : -1));
    }

    /// <summary>Number of rows of the output's embeddings.</summary>
    public int RowCount { get; }

    /// <summary>Tokens of the output of which no model has an embedding, so that theirs is zero.</summary>
    public IReadOnlyList<string> WithoutEmbedding =>
        [.. vocabulary.Ids.Where(token => settings.GetValueOrDefault(token.Key)?.Source is null && places.Values.All(rows => rows[token.Value] < 0)).OrderBy(token => token.Value).Select(token => token.Key)];

    /// <summary>Lays out the inputs of an output tensor; others than those with a row per token come back as they are.</summary>
    public List<FoundInput> Align(OutputName output, List<FoundInput> inputs)
    {
        if (output.IsInLayer || !inputs.TrueForAll(input => input.Source.Model.Index.HasRowPerToken(output.Name, input.Tensor)))
        {
            return inputs;
        }

        var donors = Donors(output, inputs);
        var defaults = new TokenDefaults(donors, places, settings, RowOf, output.Slice.Base);
        return inputs.ConvertAll(input => input with { Tensor = Arrange(input, donors, defaults) });
    }

    private int? RowOf(ModelTokenSource source) =>
        source.TokenId?.Value ?? (tokenizers[models[source.Model.Value]].Ids.TryGetValue(source.Token!.Value.Value, out var id) ? id : null);

    /// <summary>The tensors that can lend rows: the inputs, and the same tensor of models that are no input of this one.</summary>
    private Dictionary<LoadedModel, TensorSource> Donors(OutputName output, List<FoundInput> inputs)
    {
        var donors = new Dictionary<LoadedModel, TensorSource>();
        foreach (var model in models.All)
        {
            var tensor = inputs.Find(input => input.Source.Model == model)?.Tensor
                ?? model.Index.Tensors.GetValueOrDefault(output.Name)
                ?? (model.Config.TieWordEmbeddings != false && model.Index.IsOutputHead(output.Name, inputs[0].Tensor.Shape) ? model.Index.TokenEmbedding : null);
            if (tensor is not null && tensor.DType.IsFloat() && tensor.Shape.Rank == inputs[0].Tensor.Shape.Rank && (tensor.Shape.Rank == 1 || tensor.Shape.RowLength == inputs[0].Tensor.Shape.RowLength))
            {
                donors.Add(model, tensor);
            }
        }

        return donors;
    }

    private TensorSource Arrange(FoundInput input, Dictionary<LoadedModel, TensorSource> donors, TokenDefaults defaults)
    {
        var layout = new RowLayout(input.Tensor);
        var own = places[input.Source.Model];
        for (var id = 0; id < tokens.Length; id++)
        {
            if (tokens[id] is not { } token)
            {
                layout.Add(RowOrigin.Filler);
            }
            else if (own[id] >= 0 && own[id] < input.Tensor.Shape[0] && settings.GetValueOrDefault(token) is not { Force: true })
            {
                layout.Add(input.Tensor, own[id]);
            }
            else
            {
                layout.Add([.. defaults.Of(token, id).Select(row => (donors[row.Model], row.Row))]);
            }
        }

        return layout.Finish(RowCount);
    }
}
