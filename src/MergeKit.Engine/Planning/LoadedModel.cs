using MergeKit.Engine.Models;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Planning;

/// <summary>A model of a recipe's document with its headers read.</summary>
/// <param name="Reference">As the recipe has it.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Index">Its structure, by the names that the merge uses.</param>
internal sealed record LoadedModel(ModelReference Reference, IModelSource Source, TensorIndex Index)
{
    /// <summary>Its configuration.</summary>
    public ModelConfig Config => Source.Config;

    /// <inheritdoc/>
    public override string ToString() => Reference.ToString();
}
