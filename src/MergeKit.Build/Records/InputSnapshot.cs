using MergeKit.Engine;

namespace MergeKit.Build.Records;

/// <summary>The inputs of a merge when it was planned: what changes while others are merged is new to the next build.</summary>
/// <param name="Times">The files, and the links that lead to them, with the times when they were last written.</param>
/// <param name="Folders">The folders of the models, with the files in them as the targets list them: in the file system's order.</param>
internal sealed record InputSnapshot(IReadOnlyDictionary<string, long> Times, IReadOnlyDictionary<string, string[]> Folders)
{
    /// <summary>Takes the times and lists the folders of a plan's inputs.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="started">When planning began: what was written since may have been read before or after, and counts as changed.</param>
    public static InputSnapshot Of(MergePlan plan, DateTime started)
    {
        var recipe = Path.GetFullPath(plan.Request.RecipePath);
        var folders = plan.InputFiles.Where(file => file != recipe).Select(file => Path.GetDirectoryName(file)!).Distinct(StringComparer.Ordinal);
        var files = plan.InputFiles.Concat(plan.InputFiles.SelectMany(LinkTrail.Of)).Distinct(StringComparer.Ordinal);
        return new InputSnapshot(files.ToDictionary(file => file, file => File.GetLastWriteTimeUtc(file) < started ? MergeRecord.TimeOf(file) : 0), folders.ToDictionary(folder => folder, FilesOf));
    }

    /// <summary>The files of a folder; none if it cannot be listed, which the merge does not need.</summary>
    private static string[] FilesOf(string folder)
    {
        try
        {
            return Directory.GetFiles(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
