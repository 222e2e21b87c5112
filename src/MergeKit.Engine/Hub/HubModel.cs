namespace MergeKit.Engine.Hub;

/// <summary>A repository as the hub describes it.</summary>
/// <param name="Commit">The commit that the revision asked for stands for.</param>
/// <param name="Files">Names of the files at its root.</param>
internal sealed record HubModel(string Commit, IReadOnlyList<string> Files);
