namespace MergeKit.Build.Tests.Projects;

/// <summary>What a build said it computes of a model or stage, and why.</summary>
internal sealed record ReportedWork(string Name, int Computed, int Count, string Reason);
