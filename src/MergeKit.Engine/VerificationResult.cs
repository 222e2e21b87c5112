using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine;

/// <summary>What a verification of a model folder found.</summary>
/// <param name="ModelDirectory">Full path of the folder.</param>
/// <param name="FileCount">Files that the folder should hold, the manifest included; 0 if there is no manifest to tell.</param>
/// <param name="TotalBytes">Bytes of the files that are as the merge wrote them, without the manifest.</param>
/// <param name="Diagnostics">An error for everything that is wrong, each at the file that it is about (line 0); empty if the model is as the merge wrote it.</param>
public sealed record VerificationResult(string ModelDirectory, int FileCount, long TotalBytes, IReadOnlyList<Diagnostic> Diagnostics)
{
    /// <summary>Whether every file is as the merge wrote it, and no other is there.</summary>
    public bool IsIntact => Diagnostics.Count == 0;
}
