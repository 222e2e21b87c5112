using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Output;

/// <summary>A merge that does not end well leaves the previous model as it was, and what it finished to the next one, which clears up.</summary>
public sealed class InterruptionTests : IDisposable
{
    private readonly MergeWorkspace workspace = new();

    public InterruptionTests() => SmallModels.Write(workspace);

    public static TheoryData<bool, bool, bool, bool> Leftovers
    {
        get
        {
            var data = new TheoryData<bool, bool, bool, bool>();
            for (var bits = 0; bits < 16; bits++)
            {
                data.Add((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0);
            }

            return data;
        }
    }

    private string Previous => workspace["models/.out.previous"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Cancelling_keeps_the_previous_model(int threads)
    {
        workspace.Merge(SmallModels.Linear);
        var before = FolderContent.Of(workspace.Output);
        for (var piece = 1; piece <= 9; piece += 4)
        {
            Assert.ThrowsAny<OperationCanceledException>(() => MergeAndCancel(piece, threads));
            Assert.Equal(before, FolderContent.Of(workspace.Output));
        }
    }

    [Fact]
    public void A_file_that_comes_into_the_folder_during_the_merge_is_not_lost()
    {
        workspace.Merge(SmallModels.Linear);
        var before = FolderContent.Of(workspace.Output);
        var request = workspace.Request(SmallModels.Linear.Replace("0.6", "0.5", StringComparison.Ordinal));

        var error = Assert.Throws<MergeException>(() => MergeWorkspace.Merge(request, _ => workspace.Write("models/out/notes.txt", "mine")));

        Assert.Equal(DiagnosticCode.OutputFolderForeign, error.Diagnostics[0].Code);
        Assert.Equal("mine", File.ReadAllText(workspace["models/out/notes.txt"]));
        File.Delete(workspace["models/out/notes.txt"]);
        Assert.Equal(before, FolderContent.Of(workspace.Output));
    }

    [Fact]
    public void Cancelling_a_first_merge_leaves_no_model()
    {
        Assert.ThrowsAny<OperationCanceledException>(() => MergeAndCancel(3, threads: 2));
        Assert.False(Directory.Exists(workspace.Output));
    }

    [Fact]
    public void Cancelling_before_the_start_leaves_nothing()
    {
        Assert.ThrowsAny<OperationCanceledException>(() => MergeWorkspace.Merge(workspace.Request(SmallModels.Linear), cancellation: new CancellationToken(true)));
        Assert.False(Directory.Exists(workspace["models"]));
    }

    [Fact]
    public void An_input_cut_short_after_planning_keeps_the_previous_model()
    {
        workspace.Merge(SmallModels.Linear);
        var before = FolderContent.Of(workspace.Output);
        using var plan = Merger.Plan(workspace.Request(SmallModels.Linear));
        using (var input = new FileStream(workspace["b/model.safetensors"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            input.SetLength(input.Length / 2);
        }

        var message = MergeErrors.Single(DiagnosticCode.FileChangedWhileRead, () => Merger.Execute(plan));
        Assert.Contains(workspace["b/model.safetensors"], message, StringComparison.Ordinal);
        Assert.Equal(before, FolderContent.Of(workspace.Output));
    }

    [Fact]
    public void A_tokenizer_deleted_after_planning_keeps_the_previous_model()
    {
        workspace.Write("a/tokenizer.json", "{}");
        workspace.Merge(SmallModels.Linear);
        var before = FolderContent.Of(workspace.Output);
        using var plan = Merger.Plan(workspace.Request(SmallModels.Linear));
        File.Delete(workspace["a/tokenizer.json"]);
        MergeErrors.Single(DiagnosticCode.FileNotReadable, () => Merger.Execute(plan));
        Assert.Equal(before, FolderContent.Of(workspace.Output));
    }

    [Fact]
    public void A_recipe_that_changes_during_the_merge_is_not_put_down_as_what_was_merged()
    {
        workspace.Merge(SmallModels.Linear);
        var before = FolderContent.Of(workspace.Output);
        workspace.Write("recipe.yml", SmallModels.Linear.Replace("0.6", "0.5", StringComparison.Ordinal));
        var request = workspace.Request("") with { RecipeText = null };

        var message = MergeErrors.Single(
            DiagnosticCode.FileChangedWhileRead, () => MergeWorkspace.Merge(request, _ => workspace.Write("recipe.yml", SmallModels.Linear + "# later\n")));

        Assert.Contains(workspace["recipe.yml"], message, StringComparison.Ordinal);
        Assert.Equal(before, FolderContent.Of(workspace.Output));
    }

    [Fact]
    public void Tensors_without_elements_do_not_stand_in_the_way_of_a_merge_that_goes_on()
    {
        foreach (var model in new[] { "a", "b" })
        {
            workspace.Model(model, new SafetensorsBuilder()
                .Add("empty.one", DType.F32, [0, 4], Array.Empty<float>()).Add("empty.two", DType.F32, [0, 4], Array.Empty<float>()).Add("full", DType.F32, [4], [1, 2, 3, 4]));
        }

        Assert.ThrowsAny<OperationCanceledException>(() => MergeAndCancel(4, threads: 1));
        Assert.ThrowsAny<OperationCanceledException>(() => MergeAndCancel(1, threads: 1));
        workspace.Merge(SmallModels.Linear);
        Assert.Equal(CleanMerge.Of(workspace.Request(SmallModels.Linear)), FolderContent.Of(workspace.Output));
    }

    [Theory]
    [MemberData(nameof(Leftovers))]
    public void What_a_killed_merge_left_is_recovered_or_removed(bool hasFinal, bool hasPartial, bool hasPrevious, bool hasLock)
    {
        workspace.Merge(SmallModels.Linear);
        var expected = FolderContent.Of(workspace.Output);
        LeaveBehind(hasFinal, hasPartial, hasPrevious, hasLock);
        var survives = hasFinal || hasPrevious;

        Assert.ThrowsAny<OperationCanceledException>(() => MergeAndCancel(1, threads: 1));
        Assert.Equal(survives, Directory.Exists(workspace.Output));
        if (survives)
        {
            Assert.Equal(expected, FolderContent.Of(workspace.Output));
        }

        LeaveBehind(hasFinal && survives, hasPartial, hasPrevious && survives, hasLock);
        workspace.Merge(SmallModels.Linear);
        Assert.Equal([workspace.Output], Directory.GetFileSystemEntries(workspace["models"]));
        Assert.Equal(expected, FolderContent.Of(workspace.Output));
    }

    public void Dispose() => workspace.Dispose();

    private void MergeAndCancel(int piece, int threads)
    {
        using var cancellation = new CancellationTokenSource();
        var pieces = 0;
        MergeWorkspace.Merge(
            workspace.Request(SmallModels.Linear.Replace("0.6", "0.5", StringComparison.Ordinal)) with { Threads = threads },
            _ =>
            {
                if (Interlocked.Increment(ref pieces) == piece)
                {
                    cancellation.Cancel();
                }
            },
            cancellation.Token);
    }

    /// <summary>Turns the finished model into what a merge killed at some moment leaves.</summary>
    private void LeaveBehind(bool hasFinal, bool hasPartial, bool hasPrevious, bool hasLock)
    {
        if (hasPartial)
        {
            workspace.Write("models/.out.partial/model.safetensors", "incomplete");
        }

        if (hasPrevious && !hasFinal)
        {
            Directory.Move(workspace.Output, Previous);
        }
        else if (hasPrevious)
        {
            workspace.Write("models/.out.previous/config.json", "{}");
        }
        else if (!hasFinal && Directory.Exists(workspace.Output))
        {
            Directory.Delete(workspace.Output, recursive: true);
        }

        if (hasLock)
        {
            workspace.Write("models/.out.lock", "");
        }
    }
}
