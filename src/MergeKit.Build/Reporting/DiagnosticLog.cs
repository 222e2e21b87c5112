using MergeKit.Engine.Diagnostics;
using Microsoft.Build.Utilities;

namespace MergeKit.Build.Reporting;

/// <summary>The one place where the engine's diagnostics become MSBuild's.</summary>
internal static class DiagnosticLog
{
    /// <summary>Logs diagnostics as errors and warnings with code and position.</summary>
    /// <param name="log">Where to.</param>
    /// <param name="diagnostics">What the engine or the reading of items reported.</param>
    /// <param name="resolve">Gives the position to show for the one a diagnostic carries.</param>
    public static void Write(this TaskLoggingHelper log, IEnumerable<Diagnostic> diagnostics, Func<SourcePosition?, SourcePosition> resolve)
    {
        foreach (var diagnostic in diagnostics)
        {
            var at = resolve(diagnostic.Position);
            if (diagnostic.Severity == DiagnosticSeverity.Error)
                log.LogError(null, diagnostic.Id, null, at.File, at.Line, at.Column, 0, 0, diagnostic.Message);
            else
                log.LogWarning(null, diagnostic.Id, null, at.File, at.Line, at.Column, 0, 0, diagnostic.Message);
        }
    }
}
