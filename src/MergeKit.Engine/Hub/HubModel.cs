namespace MergeKit.Engine.Hub;

/// <summary>A repository as the hub describes it.</summary>
/// <param name="Commit">The commit that the revision asked for stands for.</param>
/// <param name="Files">Names of its files, with slashes.</param>
internal sealed record HubModel(string Commit, IReadOnlyList<string> Files);
