using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Recipes;

/// <summary>Reads mergekit's YAML recipes.</summary>
public static class RecipeReader
{
    /// <summary>Reads a recipe file.</summary>
    /// <param name="path">The file; positions name it as given.</param>
    /// <param name="diagnostics">Receives warnings, and all errors before they are thrown.</param>
    /// <returns>The documents of the file in order; at least one.</returns>
    /// <exception cref="MergeException">The file cannot be read or is not a valid recipe.</exception>
    public static IReadOnlyList<Recipe> Read(string path, DiagnosticBag diagnostics) =>
        Parse(File.ReadAllText(path), path, diagnostics);

    /// <summary>Reads a recipe from text.</summary>
    /// <param name="text">One or more YAML documents.</param>
    /// <param name="fileName">The file that positions name.</param>
    /// <param name="diagnostics">Receives warnings, and all errors before they are thrown.</param>
    /// <returns>The documents in order; at least one.</returns>
    /// <exception cref="MergeException">The text is not a valid recipe.</exception>
    public static IReadOnlyList<Recipe> Parse(string text, string fileName, DiagnosticBag diagnostics)
    {
        diagnostics.Error(DiagnosticCode.RecipeNotReadable, new SourcePosition(fileName, 1, 1), text);
        diagnostics.ThrowIfErrors();
        return [];
    }
}
