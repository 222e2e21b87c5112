namespace MergeKit.Engine.Hub;

/// <summary>The weights of a repository: some files, or an index that names them.</summary>
/// <param name="Files">Names of the files; empty where an index names them.</param>
/// <param name="Index">Name of the index; null for none.</param>
internal sealed record HubWeights(IReadOnlyList<string> Files, string? Index = null);
