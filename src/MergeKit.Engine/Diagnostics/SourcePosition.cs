namespace MergeKit.Engine.Diagnostics;

/// <summary>A place in a recipe, as editors and MSBuild show it.</summary>
/// <param name="File">Path of the recipe file, or of the project file that carries an inline recipe.</param>
/// <param name="Line">1-based line.</param>
/// <param name="Column">1-based column.</param>
public readonly record struct SourcePosition(string File, int Line, int Column)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}({Line},{Column})";
}
