using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Planning;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Tokenizers;

/// <summary>Chooses the embedding of a token for models that lack it, or that are forced to take it.</summary>
/// <param name="donors">The tensors that can lend rows.</param>
/// <param name="places">The models' row of every token; -1 for none.</param>
/// <param name="settings">What the recipe says about tokens.</param>
/// <param name="rowOf">Gives the row of a token that the recipe names; null if there is none.</param>
/// <param name="origin">The base model, if there is one.</param>
internal sealed class TokenDefaults(
    IReadOnlyDictionary<LoadedModel, TensorSource> donors, IReadOnlyDictionary<LoadedModel, int[]> places, IReadOnlyDictionary<string, TokenSettings> settings, Func<ModelTokenSource, int?> rowOf, LoadedModel? origin)
{
    /// <summary>The rows whose mean it is; none for zeros.</summary>
    public IReadOnlyList<(LoadedModel Model, int Row)> Of(string token, int id) => settings.GetValueOrDefault(token)?.Source?.Value switch
    {
        ZeroTokenSource => [],
        SameTokenSource same when Find(same.Model.Value) is { } model => Row(model, id),
        ModelTokenSource other when Find(other.Model.Value) is { } model && rowOf(other) is { } row && row < donors[model].Shape[0] => [(model, row)],
        _ => Usual(id),
    };

    private List<(LoadedModel Model, int Row)> Usual(int id)
    {
        var present = donors.Keys.SelectMany(model => Row(model, id)).ToList();
        return origin is not null && present.Find(row => row.Model == origin) is { Model: not null } ofOrigin ? [ofOrigin] : present;
    }

    private IReadOnlyList<(LoadedModel Model, int Row)> Row(LoadedModel model, int id) =>
        donors.TryGetValue(model, out var tensor) && places[model][id] is >= 0 and var row && row < tensor.Shape[0] ? [(model, row)] : [];

    private LoadedModel? Find(ModelReference reference) => donors.Keys.FirstOrDefault(model => model.Reference == reference);
}
