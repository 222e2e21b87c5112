using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Models;

/// <summary>
/// Finds the folder that a model reference of a recipe means: a named model, an absolute path, <c>~/</c> under the user's home, or a path
/// relative to the recipe's folder, then to the project's.
/// </summary>
/// <param name="recipeDirectory">The folder of the recipe file.</param>
/// <param name="projectDirectory">The folder of the project.</param>
/// <param name="namedModels">Folders by the names that stand for them.</param>
/// <param name="stages">Names of the recipe's stages, which somebody who misspelt a name may have meant.</param>
public sealed class ModelResolver(string recipeDirectory, string projectDirectory, IReadOnlyDictionary<string, string> namedModels, IReadOnlyList<string> stages)
{
    /// <summary>Finds the folder of a model.</summary>
    /// <param name="path">The reference as the recipe has it.</param>
    /// <param name="position">Where the recipe has it; null when there is no such place.</param>
    /// <returns>Full path of an existing folder.</returns>
    /// <exception cref="MergeException">No such folder.</exception>
    public string Resolve(string path, SourcePosition? position)
    {
        var candidates = Candidates(path).ToList();
        if (candidates.Find(Directory.Exists) is { } folder)
        {
            return folder;
        }

        if (candidates.Find(File.Exists) is { } file)
        {
            throw new MergeException(DiagnosticCode.ModelIsFile, position, path, file, Path.GetDirectoryName(file));
        }

        var looked = candidates.Count == 0 ? "nowhere, as it is not a path" : string.Join(", ", candidates.Select(c => $"'{c}'"));
        throw new MergeException(DiagnosticCode.ModelNotFound, position, path, looked, Hint(path));
    }

    private string Hint(string path) =>
        Suggestion.Sentence(path, stages.Concat(namedModels.Keys.Order(StringComparer.Ordinal)).Where(name => name != path)) is { Length: > 0 } suggestion ? suggestion
        : HubName.Matches(path) ? " Models are not downloaded from the Hugging Face hub by this version: download the model and give the path of its folder."
        : "";

    private IEnumerable<string> Candidates(string path)
    {
        if (namedModels.TryGetValue(path, out var folder))
        {
            return [Full(projectDirectory, folder)];
        }

        if (string.IsNullOrWhiteSpace(path) || path.Contains('\0', StringComparison.Ordinal))
        {
            return [];
        }

        if (path == "~" || path.StartsWith("~/", StringComparison.Ordinal))
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            return [Full(home, path[1..].TrimStart('/'))];
        }

        return new[] { Full(recipeDirectory, path), Full(projectDirectory, path) }.Distinct(StringComparer.Ordinal);
    }

    private static string Full(string directory, string path) =>
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Combine(Path.GetFullPath(directory), path)));
}
