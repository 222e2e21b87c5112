using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Output;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Output;

/// <summary>Places where a model cannot be written.</summary>
public sealed class OutputFolderTests : IDisposable
{
    private readonly MergeWorkspace workspace = new();

    public OutputFolderTests() => SmallModels.Write(workspace);

    [Fact]
    public void A_folder_with_foreign_files_is_not_touched()
    {
        workspace.Write("models/out/thesis.tex", "years of work");
        var before = FolderContent.Of(workspace["models"]);
        Assert.Contains("thesis.tex", Fails(DiagnosticCode.OutputFolderForeign), StringComparison.Ordinal);
        Assert.Equal(before, FolderContent.Of(workspace["models"]));
    }

    [Fact]
    public void A_file_added_to_a_merged_model_is_foreign()
    {
        workspace.Merge(SmallModels.Linear);
        workspace.Write("models/out/notes/readme.txt", "mine");
        var before = FolderContent.Of(workspace["models"]);
        var message = Fails(DiagnosticCode.OutputFolderForeign);
        Assert.Contains("(notes)", message, StringComparison.Ordinal);
        Assert.Equal(before, FolderContent.Of(workspace["models"]));
    }

    [Fact]
    public void A_model_that_no_merge_wrote_is_foreign()
    {
        workspace.Model("c", SmallModels.Weights(3));
        var before = FolderContent.Of(workspace["c"]);
        MergeErrors.Single(DiagnosticCode.OutputFolderForeign, () => Merge(workspace["c"]));
        Assert.Equal(before, FolderContent.Of(workspace["c"]));
    }

    [Fact]
    public void A_model_does_not_replace_its_own_input()
    {
        workspace.Merge(SmallModels.Linear);
        var before = FolderContent.Of(workspace.Output);
        var recipe = SmallModels.Linear.Replace("model: a", "model: models/out", StringComparison.Ordinal);
        MergeErrors.Single(DiagnosticCode.OutputIsInput, () => workspace.Merge(recipe));
        Assert.Equal(before, FolderContent.Of(workspace.Output));
    }

    [Fact]
    public void An_empty_folder_is_used()
    {
        Directory.CreateDirectory(workspace.Output);
        workspace.Merge(SmallModels.Linear);
        Assert.True(File.Exists(Path.Combine(workspace.Output, "model.safetensors")));
    }

    [Fact]
    public void A_trailing_separator_means_the_same_folder()
    {
        var result = Merge(workspace.Output + Path.DirectorySeparatorChar);
        Assert.True(File.Exists(Path.Combine(result.OutputDirectory, "model.safetensors")));
        Assert.Equal([workspace.Output], Directory.GetFileSystemEntries(workspace["models"]));
    }

    [Fact]
    public async Task Of_two_merges_at_a_time_one_waits_and_finds_the_others_work_done()
    {
        var waiting = new ManualResetEventSlim();
        Task<MergeWork>? second = null;
        MergeWorkspace.Merge(workspace.Request(SmallModels.Linear) with { Threads = 1 }, _ =>
        {
            second ??= Task.Run(() =>
            {
                var watcher = new MergeWatcher { Wait = waiting.Set };
                MergeWorkspace.Merge(workspace.Request(SmallModels.Linear), watcher);
                return watcher.Works[0];
            });
            waiting.Wait();
        });

        Assert.Equal(0, (await second!).TensorsToCompute);
        Assert.Equal([workspace.Output], Directory.GetFileSystemEntries(workspace["models"]));
    }

    [Fact]
    public void Waiting_for_another_merge_can_be_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        using var other = OutputFolder.Open(workspace.Output, _ => { }, CancellationToken.None);
        var watcher = new MergeWatcher { Wait = cancellation.Cancel };
        Assert.ThrowsAny<OperationCanceledException>(() => MergeWorkspace.Merge(workspace.Request(SmallModels.Linear), watcher, cancellation.Token));
    }

    [Fact]
    public void A_file_in_the_models_place_is_reported_before_any_work()
    {
        workspace.Write("models/out", "a file");
        var pieces = 0;
        var message = MergeErrors.Single(DiagnosticCode.OutputNotWritable, () => MergeWorkspace.Merge(workspace.Request(SmallModels.Linear), _ => pieces++));
        Assert.Contains("it is a file", message, StringComparison.Ordinal);
        Assert.Equal(0, pieces);
        Assert.Equal("a file", File.ReadAllText(workspace.Output));
        Assert.Equal([workspace.Output], Directory.GetFileSystemEntries(workspace["models"]));
    }

    [Fact]
    public void A_path_below_a_file_cannot_be_written()
    {
        workspace.Write("models", "a file");
        Fails(DiagnosticCode.OutputNotWritable);
        Assert.Equal("a file", File.ReadAllText(workspace["models"]));
    }

    [Fact]
    public void The_previous_model_returns_when_the_new_one_cannot_take_its_place()
    {
        workspace.Merge(SmallModels.Linear);
        var before = FolderContent.Of(workspace["models"]);
        using (var folder = OutputFolder.Open(workspace.Output, _ => { }, CancellationToken.None))
        {
            Directory.Delete(folder.Staging);
            MergeErrors.Single(DiagnosticCode.OutputNotWritable, folder.Publish);
        }

        Assert.Equal(before, FolderContent.Of(workspace["models"]));
    }

    public void Dispose() => workspace.Dispose();

    private string Fails(DiagnosticCode code) => MergeErrors.Single(code, () => Merge(workspace.Output));

    private MergeResult Merge(string output) => MergeWorkspace.Merge(workspace.Request(SmallModels.Linear) with { OutputDirectory = output });
}
