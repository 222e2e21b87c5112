using MergeKit.Build.Items;
using MergeKit.Build.Reporting;
using MergeKit.Engine;
using MergeKit.Engine.Diagnostics;
using Microsoft.Build.Framework;

namespace MergeKit.Build.Tasks;

/// <summary>Compares the models that builds made with their manifests and provenance; reads no input model and writes nothing.</summary>
public sealed class VerifyMergedModel : CancelableTask
{
    /// <summary>The ModelMerge items, with their defaults filled in by the targets.</summary>
    [Required]
    public ITaskItem[] Merges { get; set; } = [];

    /// <summary>The models that builds made; one for each merge is expected, in the place where the merge writes it.</summary>
    [Required]
    public ITaskItem[] Models { get; set; } = [];

    /// <summary>Full path of the project file; relative paths start at its folder.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <inheritdoc/>
    private protected override void Run()
    {
        var diagnostics = new DiagnosticBag();
        var merges = ModelMerge.ReadAll(Merges, ProjectFile, diagnostics);
        Write(diagnostics.Diagnostics);
        foreach (var merge in merges)
            Verify(merge);
    }

    private void Verify(ModelMerge merge)
    {
        var (name, folder) = (merge.Request.Name, merge.Request.OutputDirectory);
        if (!Models.Any(model => model.ItemSpec == folder))
        {
            Write([Diagnostic.Error(DiagnosticCode.ModelNotBuilt, merge.Location.Item, name, folder)]);
            return;
        }

        var result = Merger.Verify(folder, merge.Request.Threads, CancellationToken);
        Write(result.Diagnostics);
        if (result.IsIntact)
            Log.LogMessage(MessageImportance.High, $"{name}: verified ({result.FileCount} files, {ByteSize.Format(result.TotalBytes)})");
    }

    private void Write(IEnumerable<Diagnostic> diagnostics) => Log.Write(diagnostics, position => position ?? new SourcePosition(ProjectFile, 0, 0));
}
