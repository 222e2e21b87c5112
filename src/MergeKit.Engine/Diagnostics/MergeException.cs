namespace MergeKit.Engine.Diagnostics;

/// <summary>The one exception the engine throws for anything a user can cause: it carries coded diagnostics.</summary>
public sealed class MergeException : Exception
{
    /// <summary>Creates an exception for one error.</summary>
    public MergeException(DiagnosticCode code, SourcePosition? position, params object?[] args)
        : this([Diagnostic.Error(code, position, args)])
    {
    }

    /// <summary>Creates an exception for one error that another exception caused.</summary>
    public MergeException(Exception inner, DiagnosticCode code, SourcePosition? position, params object?[] args)
        : this([Diagnostic.Error(code, position, args)], inner)
    {
    }

    /// <summary>Creates an exception for several errors found together.</summary>
    public MergeException(IReadOnlyList<Diagnostic> diagnostics, Exception? inner = null)
        : base(string.Join(Environment.NewLine, diagnostics), inner) => Diagnostics = diagnostics;

    /// <summary>The errors (and warnings found before them), in the order they were found.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; }
}
