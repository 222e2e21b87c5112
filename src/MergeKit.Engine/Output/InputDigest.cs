using MergeKit.Engine.Planning;

namespace MergeKit.Engine.Output;

/// <summary>A file that a merge reads, and what it holds.</summary>
/// <param name="Model">The model whose file it is; null for the recipe.</param>
/// <param name="Path">Full path.</param>
/// <param name="Sha256">SHA-256 of its bytes, in lowercase hexadecimal.</param>
internal sealed record InputDigest(LoadedModel? Model, string Path, string Sha256)
{
    /// <summary>The inputs of a plan. A recipe without a file of its own is not among them.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="digestOf">Gives the digest of a file by its full path; asked again where a recipe names a folder in two ways.</param>
    public static IReadOnlyList<InputDigest> List(MergePlan plan, Func<string, string> digestOf)
    {
        var inputs = plan.Models.All.SelectMany(model => FilesOf(plan, model).Distinct(StringComparer.Ordinal), (model, path) => new InputDigest(model, path, digestOf(path)));
        var recipe = System.IO.Path.GetFullPath(plan.Request.RecipePath);
        return plan.Request.RecipeText is null ? [.. inputs, new InputDigest(null, recipe, digestOf(recipe))] : [.. inputs];
    }

    private static IEnumerable<string> FilesOf(MergePlan plan, LoadedModel model) =>
        model.Checkpoint.Files.Append(model.Folder.Config.Path)
            .Concat(plan.Request.WriteModelCard && File.Exists(model.Folder.CardPath) ? [model.Folder.CardPath] : [])
            .Concat(model == plan.Models.Primary ? plan.CompanionFiles : []);
}
