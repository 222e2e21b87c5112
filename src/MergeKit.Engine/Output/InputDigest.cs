using MergeKit.Engine.Planning;

namespace MergeKit.Engine.Output;

/// <summary>A file that a merge reads, and what it holds.</summary>
/// <param name="Owner">The folder whose file it is; null for the recipe.</param>
/// <param name="Path">Full path.</param>
/// <param name="Sha256">SHA-256 of its bytes, in lowercase hexadecimal.</param>
internal sealed record InputDigest(IInputFolder? Owner, string Path, string Sha256)
{
    /// <summary>The inputs of a plan. A recipe without a file of its own is not among them.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="digestOf">Gives the digest of a file by its full path; asked again where a recipe names a folder in two ways.</param>
    public static IReadOnlyList<InputDigest> List(MergePlan plan, Func<string, string> digestOf)
    {
        var recipe = System.IO.Path.GetFullPath(plan.Request.RecipePath);
        var inputs = plan.InputFolders.SelectMany(
            owner => plan.InputFiles.Where(path => path != recipe && System.IO.Path.GetDirectoryName(path) == owner.Folder),
            (owner, path) => new InputDigest(owner, path, digestOf(path)));
        return plan.Request.RecipeText is null ? [.. inputs, new InputDigest(null, recipe, digestOf(recipe))] : [.. inputs];
    }
}
