namespace MergeKit.Engine.Diagnostics;

/// <summary>A place in a recipe, as editors and MSBuild show it, or another file that a diagnostic is about.</summary>
/// <param name="File">Path of the recipe file, of the project file that carries an inline recipe, or of the other file.</param>
/// <param name="Line">1-based line; 0 for the file as a whole.</param>
/// <param name="Column">1-based column.</param>
public readonly record struct SourcePosition(string File, int Line, int Column)
{
    /// <inheritdoc/>
    public override string ToString() => Line == 0 ? File : $"{File}({Line},{Column})";
}
