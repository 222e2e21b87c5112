using MergeKit.Build.Reporting;
using MergeKit.Engine;
using MergeKit.Engine.Diagnostics;
using Microsoft.Build.Framework;

namespace MergeKit.Build.Tasks;

/// <summary>Deletes what interrupted merges have left beside model folders, unless a merge is running there.</summary>
public sealed class DiscardUnfinishedMerges : Microsoft.Build.Utilities.Task
{
    /// <summary>Folders of models.</summary>
    public ITaskItem[] Models { get; set; } = [];

    /// <summary>Lock files that were found: <c>.name.lock</c> beside the folder <c>name</c>.</summary>
    public ITaskItem[] Locks { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        foreach (var folder in Models.Select(model => model.GetMetadata("FullPath")).Concat(Locks.Select(FolderOf)))
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

    private static string FolderOf(ITaskItem file) => Path.Combine(file.GetMetadata("RootDir") + file.GetMetadata("Directory"), file.GetMetadata("Filename")[1..]);
}
