using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Recipes.Yaml;

namespace MergeKit.Engine.Recipes;

/// <summary>Reads mergekit's YAML recipes and checks their grammar; whether methods, parameters and models exist is for later stages.</summary>
public static class RecipeReader
{
    /// <summary>Reads a recipe file.</summary>
    /// <param name="path">The file; positions name it as given.</param>
    /// <param name="diagnostics">Receives warnings, and all errors before they are thrown.</param>
    /// <returns>The documents of the file in order; at least one.</returns>
    /// <exception cref="MergeException">The file cannot be read or is not a valid recipe.</exception>
    public static IReadOnlyList<Recipe> Read(string path, DiagnosticBag diagnostics) =>
        Parse(RecipeFile.ReadText(path, diagnostics), path, diagnostics);

    /// <summary>Reads a recipe from text.</summary>
    /// <param name="text">One or more YAML documents.</param>
    /// <param name="fileName">The file that positions name.</param>
    /// <param name="diagnostics">Receives warnings, and all errors before they are thrown.</param>
    /// <returns>The documents in order; at least one.</returns>
    /// <exception cref="MergeException">The text is not a valid recipe.</exception>
    public static IReadOnlyList<Recipe> Parse(string text, string fileName, DiagnosticBag diagnostics)
    {
        var documents = YamlReader.Read(text.TrimStart('\ufeff'), fileName, diagnostics);
        if (documents.Count == 0)
        {
            throw diagnostics.Fatal(DiagnosticCode.RecipeEmpty, new SourcePosition(fileName, 1, 1));
        }

        var reader = new DocumentReader(diagnostics);
        var recipes = documents.Select(reader.Read).OfType<Recipe>().ToList();
        CheckStageNames(recipes, diagnostics);
        diagnostics.ThrowIfErrors();
        return recipes;
    }

    private static void CheckStageNames(List<Recipe> recipes, DiagnosticBag diagnostics)
    {
        var lines = new Dictionary<string, int>();
        foreach (var name in recipes.Select(recipe => recipe.Name).OfType<Located<string>>())
        {
            if (!lines.TryAdd(name.Value, name.Position.Line))
            {
                diagnostics.Error(DiagnosticCode.DuplicateStageName, name.Position, DisplayText.Of(name.Value, DisplayText.Short), lines[name.Value]);
            }
        }
    }
}
