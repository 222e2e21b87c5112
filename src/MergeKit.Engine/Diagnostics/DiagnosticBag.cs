namespace MergeKit.Engine.Diagnostics;

/// <summary>Collects diagnostics so that one run reports everything that is wrong, not only the first.</summary>
public sealed class DiagnosticBag
{
    /// <summary>More errors than this help nobody; the rest is dropped.</summary>
    private const int MaximumErrors = 50;

    private readonly List<Diagnostic> diagnostics = [];
    private int errors;

    /// <summary>Everything collected so far, in order.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics => diagnostics;

    /// <summary>The warnings collected so far, in order.</summary>
    public IEnumerable<Diagnostic> Warnings => diagnostics.Where(d => d.Severity == DiagnosticSeverity.Warning);

    /// <summary>Whether an error was collected.</summary>
    public bool HasErrors => errors > 0;

    /// <summary>Adds an error.</summary>
    public void Error(DiagnosticCode code, SourcePosition? position, params object?[] args)
    {
        if (errors++ < MaximumErrors)
        {
            diagnostics.Add(Diagnostic.Error(code, position, args));
        }
    }

    /// <summary>Adds a warning.</summary>
    public void Warning(DiagnosticCode code, SourcePosition? position, params object?[] args) =>
        diagnostics.Add(Diagnostic.Warning(code, position, args));

    /// <summary>Adds diagnostics that were made elsewhere.</summary>
    public void AddRange(IEnumerable<Diagnostic> others)
    {
        foreach (var diagnostic in others)
        {
            errors += diagnostic.Severity == DiagnosticSeverity.Error ? 1 : 0;
            diagnostics.Add(diagnostic);
        }
    }

    /// <summary>Adds an error after which nothing more can be said, and gives the exception to throw.</summary>
    internal MergeException Fatal(DiagnosticCode code, SourcePosition? position, params object?[] args)
    {
        Error(code, position, args);
        return new MergeException([.. diagnostics]);
    }

    /// <summary>Throws what was collected if there is an error in it.</summary>
    /// <exception cref="MergeException">At least one error was collected.</exception>
    public void ThrowIfErrors()
    {
        if (HasErrors)
        {
            throw new MergeException([.. diagnostics]);
        }
    }
}
