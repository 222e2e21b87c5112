namespace MergeKit.Build.Tests.Projects;

/// <summary>Recipes over the sample models, as seen from a folder inside a test project's.</summary>
internal static class Recipe
{
    public static string Linear(params string[] models) =>
        "merge_method: linear\nmodels:\n"
        + string.Concat(models.Select(model => $"  - model: ../../models/{model}\n    parameters:\n      weight: 1.0\n"))
        + "dtype: float32\n";

    /// <summary>A merge of models that are given by name with a sample model.</summary>
    public static string OfNamed(params string[] names) =>
        "merge_method: linear\nmodels:\n  - model: ../../models/reverser\n    parameters:\n      weight: 1.0\n"
        + string.Concat(names.Select(name => $"  - model: \"{name}\"\n    parameters:\n      weight: 0.5\n"))
        + "dtype: float32\n";
}
