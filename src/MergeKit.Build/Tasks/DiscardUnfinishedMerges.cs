using MergeKit.Build.Items;
using MergeKit.Build.Reporting;
using MergeKit.Engine;
using MergeKit.Engine.Diagnostics;
using Microsoft.Build.Framework;

namespace MergeKit.Build.Tasks;

/// <summary>Deletes what interrupted merges have left beside model folders, unless a merge is running there.</summary>
public sealed class DiscardUnfinishedMerges : Microsoft.Build.Utilities.Task
{
    /// <summary>The ModelMerge items, with their defaults filled in by the targets; what is wrong with them does not matter here.</summary>
    public ITaskItem[] Merges { get; set; } = [];

    /// <summary>Full paths of the folders of models that the project no longer makes.</summary>
    public ITaskItem[] Models { get; set; } = [];

    /// <summary>Full path of the project file; relative paths start at its folder.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        var merges = ModelMerge.ReadAll(Merges, ProjectFile, new DiagnosticBag());
        foreach (var folder in merges.Select(merge => merge.Request.OutputDirectory).Concat(Models.Select(model => model.GetMetadata("FullPath"))))
        {
            try
            {
                Merger.Discard(folder);
            }
            catch (MergeException e)
            {
                Log.Write(e.Diagnostics, _ => new SourcePosition(folder, 0, 0));
            }
        }

        return !Log.HasLoggedErrors;
    }
}
