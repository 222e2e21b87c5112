using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Hub;

/// <summary>A repository that can be read.</summary>
/// <param name="Folder">Full path of the snapshot's folder.</param>
/// <param name="Warning">Why it is not known to be complete; null if it is complete.</param>
public sealed record HubRestored(string Folder, Diagnostic? Warning);
