namespace MergeKit.Engine.Diagnostics;

/// <summary>How grave a diagnostic is.</summary>
public enum DiagnosticSeverity
{
    /// <summary>Something worth knowing that does not stop the merge.</summary>
    Warning,

    /// <summary>The merge cannot be made.</summary>
    Error,
}
