namespace MergeKit.Engine.Hub;

/// <summary>What the cache has of a repository.</summary>
/// <param name="Snapshot">The commit; null if the cache does not have it.</param>
/// <param name="Problem">What is missing, in words that follow "the cache"; null if nothing is.</param>
/// <param name="IsWhole">Whether everything that is needed is known to be here: a snapshot may be usable and lack its tokenizer.</param>
internal sealed record HubLookup(HubSnapshot? Snapshot, string? Problem, bool IsWhole);
