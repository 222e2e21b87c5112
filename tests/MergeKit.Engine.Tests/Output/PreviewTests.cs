using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Output;

/// <summary>A preview says what the merge then does, and leaves everything as it is.</summary>
public sealed class PreviewTests : IDisposable
{
    private readonly MergeWorkspace workspace = new();

    public PreviewTests()
    {
        SmallModels.Write(workspace);
        FileStamps.Age(workspace.Path);
    }

    [Theory]
    [InlineData("", 3)]
    [InlineData("# a comment\n", 3)]
    [InlineData("out_dtype: bfloat16\n", 3)]
    [InlineData("parameters: { normalize: [{ filter: t05, value: false }, { value: true }] }\n", 3)]
    [InlineData("", 5)]
    public void It_says_what_the_merge_does(string addition, int tensorsPerFile)
    {
        MergeWorkspace.Merge(Request());
        var request = Request() with { RecipeText = SmallModels.Linear + addition, ShardSize = tensorsPerFile * SmallModels.TensorBytes };
        Assert.Equal([CleanMergeAfterPreview(request, out var preview)], preview);
    }

    [Fact]
    public void It_says_what_a_first_merge_does()
    {
        using (var plan = Merger.Plan(Request()))
        {
            var work = Assert.Single(Merger.Preview(plan));
            Assert.Equal((12, "not merged before"), (work.TensorsToCompute, work.Reason));
        }

        Assert.False(Directory.Exists(workspace["state"]));
        Assert.False(Directory.Exists(workspace["models"]));
    }

    [Fact]
    public void It_says_what_is_done_about_a_missing_file()
    {
        MergeWorkspace.Merge(Request());
        File.Delete(workspace["models/out/model-00002-of-00004.safetensors"]);
        Assert.Equal([CleanMergeAfterPreview(Request(), out var preview)], preview);
        Assert.Equal(3, preview[0].TensorsToCompute);
    }

    [Fact]
    public void It_says_that_a_replaced_input_makes_everything_of_it_doubtful()
    {
        MergeWorkspace.Merge(Request());
        FileStamps.Edit(workspace["b/model.safetensors"], bytes => bytes[^1] ^= 1);
        using var plan = Merger.Plan(Request());
        Assert.Equal((12, "content of b changed"), Merger.Preview(plan)[0] is var work ? (work.TensorsToCompute, work.Reason) : default);
    }

    public void Dispose() => workspace.Dispose();

    private MergeRequest Request() => workspace.Request(SmallModels.Linear) with { ShardSize = 3 * SmallModels.TensorBytes };

    private MergeWork CleanMergeAfterPreview(MergeRequest request, out IReadOnlyList<MergeWork> preview)
    {
        var before = FolderContent.Of(workspace.Path);
        using (var plan = Merger.Plan(request))
        {
            preview = Merger.Preview(plan);
        }

        Assert.Equal(before, FolderContent.Of(workspace.Path));
        return CleanMerge.Work(request);
    }
}
