using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Hub;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Planning;

/// <summary>Lists what a recipe takes from the hub.</summary>
internal static class HubReferences
{
    /// <summary>The repositories that a merge reads, each use once; what is a folder, a stage or a named model is none.</summary>
    /// <exception cref="MergeException">The recipe cannot be read.</exception>
    public static IReadOnlyList<HubReference> Of(MergeRequest request)
    {
        var diagnostics = new DiagnosticBag();
        var text = request.RecipeText ?? RecipeFile.ReadText(request.RecipePath, diagnostics);
        var order = StageOrder.Of(RecipeReader.Parse(text, request.RecipePath, diagnostics), diagnostics);
        var resolver = ModelResolver.For(request, order.Stages);
        return
        [
            .. order.All.SelectMany(Uses)
                .Where(use => !order.IsStage(use.Name) && resolver.IsOnHub(use.Name))
                .DistinctBy(use => (use.Name, use.Revision, use.Content)),
        ];
    }

    private static IEnumerable<HubReference> Uses(Recipe recipe)
    {
        foreach (var (model, position) in ModelSet.References(recipe))
        {
            yield return new HubReference(model.Path, model.Revision, HubContent.Model, position);
            if (model.Adapter is { } adapter)
            {
                yield return new HubReference(adapter.Path, adapter.Revision, HubContent.Adapter, position);
            }
        }

        foreach (var tokenizer in ModelSet.TokenizerReferences(recipe))
        {
            yield return new HubReference(tokenizer.Value.Path, tokenizer.Value.Revision, HubContent.Tokenizer, tokenizer.Position);
        }
    }
}
