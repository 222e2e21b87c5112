using MergeKit.Build.Items;
using MergeKit.Build.Reporting;
using MergeKit.Engine;
using MergeKit.Engine.Diagnostics;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace MergeKit.Build.Tasks;

/// <summary>Brings the store of finished weights back to its size, and removes what interrupted builds left in it.</summary>
public sealed class TrimModelMergeCache : Microsoft.Build.Utilities.Task
{
    /// <summary>The store's folder; empty for the user's. A relative path starts at the project's folder.</summary>
    public string CacheDirectory { get; set; } = "";

    /// <summary>Bytes of weights that it may hold, such as 50B; empty for the default.</summary>
    public string CacheSize { get; set; } = "";

    /// <summary>Full path of the project file.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        var diagnostics = new DiagnosticBag();
        var item = new TaskItem(Path.GetFileName(ProjectFile), new Dictionary<string, string> { [nameof(CacheDirectory)] = CacheDirectory, [nameof(CacheSize)] = CacheSize });
        var metadata = new MetadataReader(item, new SourcePosition(ProjectFile, 0, 0), diagnostics);
        var (directory, size) = (metadata.CacheDirectory(Path.GetDirectoryName(ProjectFile)!), metadata.CacheSize());
        if (!diagnostics.HasErrors)
        {
            var trimmed = UserCache.Trim(directory, size, diagnostics);
            Log.LogMessage(
                MessageImportance.High,
                $"{directory}: {trimmed.Files} files with {ByteSize.Format(trimmed.Bytes)} removed, {ByteSize.Format(trimmed.RemainingBytes)} kept");
        }

        Log.Write(diagnostics.Diagnostics, position => position ?? new SourcePosition(ProjectFile, 0, 0));
        return !Log.HasLoggedErrors;
    }
}
