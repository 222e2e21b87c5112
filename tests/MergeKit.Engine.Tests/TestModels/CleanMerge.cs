namespace MergeKit.Engine.Tests.TestModels;

/// <summary>What every merge is compared with: the same merge in folders of its own, which has nothing of earlier ones to use.</summary>
internal static class CleanMerge
{
    /// <summary>The content of the model folder that a merge would write from nothing.</summary>
    public static IReadOnlyList<string> Of(MergeRequest request)
    {
        using var folder = new TemporaryFolder();
        MergeWorkspace.Merge(request with { OutputDirectory = folder["model"], StateDirectory = folder["state"], CacheDirectory = null });
        return FolderContent.Of(folder["model"]);
    }

    /// <summary>Merges, asserts that the output is that of a clean merge to the last byte, and gives back what had to be done, stage by stage.</summary>
    public static IReadOnlyList<MergeWork> Works(MergeRequest request)
    {
        var watcher = new MergeWatcher();
        MergeWorkspace.Merge(request, watcher);
        Assert.Equal(Of(request), FolderContent.Of(request.OutputDirectory));
        return watcher.Works;
    }

    /// <summary><see cref="Works"/> of the final merge.</summary>
    public static MergeWork Work(MergeRequest request) => Works(request)[^1];
}
