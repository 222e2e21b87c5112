using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Models;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Planning;

/// <summary>A model of a recipe with its headers read.</summary>
/// <param name="Reference">As the recipe has it.</param>
/// <param name="Folder">Where it is, with its configuration.</param>
/// <param name="Checkpoint">Its weights, open.</param>
/// <param name="Index">Its structure.</param>
internal sealed record LoadedModel(ModelReference Reference, ModelFolder Folder, Checkpoint Checkpoint, TensorIndex Index)
{
    /// <inheritdoc/>
    public override string ToString() => Reference.ToString();
}
