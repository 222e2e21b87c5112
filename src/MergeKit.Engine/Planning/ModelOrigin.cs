using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Planning;

/// <summary>A folder on disk of which a merge reads files.</summary>
/// <param name="Reference">As the recipe has it.</param>
/// <param name="Folder">Full path.</param>
internal sealed record ModelOrigin(ModelReference Reference, string Folder);
