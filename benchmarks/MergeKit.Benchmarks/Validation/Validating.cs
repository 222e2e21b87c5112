using MergeKit.Engine;

namespace MergeKit.Benchmarks.Validation;

/// <summary>Checks a recipe and the headers of its models, as the target ValidateModelMerges does.</summary>
internal static class Validating
{
    /// <summary>The command that validates in a process of its own.</summary>
    public const string Command = "plan";

    /// <summary>Plans; gives back the number of output tensors.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="folder">A folder for the merge, which is not made.</param>
    public static int Run(string recipe, string folder)
    {
        using var plan = Merger.Plan(new MergeRequest
        {
            Name = "merged",
            RecipePath = Path.Combine(folder, "recipe.yml"),
            RecipeText = recipe,
            ProjectDirectory = folder,
            OutputDirectory = Path.Combine(folder, "merged"),
            StateDirectory = Path.Combine(folder, "state"),
        });
        return plan.TensorCount;
    }
}
