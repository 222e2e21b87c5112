using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Hub;
using MergeKit.Engine.Models;

namespace MergeKit.Engine.Planning;

/// <summary>
/// Finds the folder that a model reference of a recipe means: a named model, an absolute path, <c>~/</c> under the user's home, a path
/// relative to the recipe's folder, then to the project's, or else a model of the Hugging Face hub in the user's cache.
/// </summary>
/// <param name="recipeDirectory">The folder of the recipe file.</param>
/// <param name="projectDirectory">The folder of the project.</param>
/// <param name="namedModels">Folders by the names that stand for them.</param>
/// <param name="stages">Names of the recipe's stages, which somebody who misspelt a name may have meant.</param>
/// <param name="hub">Where models of the hub are kept.</param>
internal sealed class ModelResolver(
    string recipeDirectory, string projectDirectory, IReadOnlyDictionary<string, string> namedModels, IReadOnlyList<string> stages, HubSettings hub)
{
    /// <summary>The resolver for the recipe of a merge.</summary>
    /// <param name="request">The merge.</param>
    /// <param name="stages">Names of the recipe's stages.</param>
    public static ModelResolver For(MergeRequest request, IReadOnlyList<string> stages) =>
        new(Path.GetDirectoryName(Path.GetFullPath(request.RecipePath))!, request.ProjectDirectory, request.NamedModels, stages, request.Hub);

    /// <summary>Finds a model, adapter or tokenizer.</summary>
    /// <param name="path">The reference as the recipe has it, without revision.</param>
    /// <param name="revision">The revision; it means something for models of the hub only.</param>
    /// <param name="content">What is looked for.</param>
    /// <param name="position">Where the recipe has it; null when there is no such place.</param>
    /// <exception cref="MergeException">There is no such folder, and the user's cache does not have it.</exception>
    public ModelLocation Locate(string path, string? revision, HubContent content, SourcePosition? position)
    {
        var candidates = Candidates(path).ToList();
        if (candidates.Find(Directory.Exists) is { } folder)
        {
            return new ModelLocation(folder);
        }

        if (candidates.Find(File.Exists) is { } file)
        {
            if (ForeignWeights.IsGguf(file))
            {
                throw ForeignWeights.Gguf(path, Path.GetFileName(file));
            }

            throw new MergeException(DiagnosticCode.ModelIsFile, position, path, file, Path.GetDirectoryName(file));
        }

        var meant = Suggestion.Sentence(path, stages.Concat(namedModels.Keys.Order(StringComparer.Ordinal)).Where(name => name != path));
        if (IsOnHub(path) && meant.Length == 0)
        {
            var snapshot = new HubCache(hub).Get(path, revision, content);
            return new ModelLocation(snapshot.Folder, snapshot.Commit, snapshot.Ref);
        }

        var looked = candidates.Count == 0 ? "nowhere, as it is not a path" : string.Join(", ", candidates.Select(c => $"'{c}'"));
        throw new MergeException(DiagnosticCode.ModelNotFound, position, path, looked, meant.Length > 0 ? meant : Hint(path));
    }

    /// <summary>Whether a reference can only mean a model of the hub.</summary>
    public bool IsOnHub(string path) => HubName.Matches(path) && !namedModels.ContainsKey(path) && !Candidates(path).Any(Path.Exists);

    private string Hint(string path) =>
        path.StartsWith("hf://", StringComparison.Ordinal) || path.StartsWith("https://", StringComparison.Ordinal)
            ? " Models of the Hugging Face hub are named organisation/model, or organisation/model@revision; RestoreModels downloads them."
        : namedModels.Count > 0 && !namedModels.ContainsKey(path) && !path.AsSpan().ContainsAny('/', '\\')
            ? $" Models by name: {DisplayText.Of(string.Join(", ", namedModels.Keys.Order(StringComparer.Ordinal)))}."
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
