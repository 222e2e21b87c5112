using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Models;

/// <summary>
/// Finds the folder that a model reference of a recipe means: an absolute path, <c>~/</c> under the user's home, or a path
/// relative to the recipe's folder, then to the project's.
/// </summary>
/// <param name="recipeDirectory">The folder of the recipe file.</param>
/// <param name="projectDirectory">The folder of the project.</param>
public sealed class ModelResolver(string recipeDirectory, string projectDirectory)
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
        var hint = HubName.Matches(path)
            ? " Models are not downloaded from the Hugging Face hub by this version: download the model and give the path of its folder."
            : "";
        throw new MergeException(DiagnosticCode.ModelNotFound, position, path, looked, hint);
    }

    private IEnumerable<string> Candidates(string path)
    {
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
