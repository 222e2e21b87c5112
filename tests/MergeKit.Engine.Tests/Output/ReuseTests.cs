using MergeKit.Engine.Caching;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Output;

/// <summary>A merge computes exactly what has changed, says why, and its output is that of a clean merge to the last byte.</summary>
public sealed class ReuseTests : IDisposable
{
    private const string Dare = "merge_method: dare_linear\nbase_model: a\nmodels: [{ model: b, parameters: { weight: 0.5, density: 0.5 } }]\n";

    private readonly MergeWorkspace workspace = new();

    public ReuseTests()
    {
        SmallModels.Write(workspace);
        FileStamps.Age(workspace.Path);
    }

    /// <summary>Four files of three tensors.</summary>
    private MergeRequest Request(string recipe = SmallModels.Linear) => workspace.Request(recipe) with { ShardSize = SmallModels.TensorBytes * 3 };

    [Fact]
    public void A_first_merge_computes_everything()
    {
        var work = CleanMerge.Work(Request());
        Assert.Equal((12, 12, "not merged before"), (work.TensorCount, work.TensorsToCompute, work.Reason));
        Assert.Equal((24 * SmallModels.TensorBytes, 12 * SmallModels.TensorBytes), (work.BytesToRead, work.BytesToWrite));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_a_change_nothing_is_computed_and_no_file_touched(bool touchInputs)
    {
        CleanMerge.Work(Request());
        var before = FileStamps.Of(workspace.Output);
        if (touchInputs)
        {
            File.SetLastWriteTimeUtc(workspace["a/model.safetensors"], DateTime.UnixEpoch);
            File.SetLastWriteTimeUtc(workspace["b/config.json"], DateTime.UnixEpoch);
        }

        Assert.Equal(new MergeWork("out", 12, 0, 0, 0, ""), CleanMerge.Work(Request()));
        Assert.Equal(before, FileStamps.Of(workspace.Output));
    }

    [Fact]
    public void One_weight_changed_by_a_filter_computes_exactly_the_matching_tensors()
    {
        CleanMerge.Work(Request());
        var before = FileStamps.Of(workspace.Output);
        var recipe = SmallModels.Linear.Replace("weight: 0.6", "weight: [{ filter: t07, value: 0.7 }, { value: 0.6 }]", StringComparison.Ordinal);

        var work = CleanMerge.Work(Request(recipe));

        Assert.Equal((1, "weight of a 0.6 → 0.7"), (work.TensorsToCompute, work.Reason));
        Assert.Equal((4 * SmallModels.TensorBytes, 3 * SmallModels.TensorBytes), (work.BytesToRead, work.BytesToWrite));
        AssertSameFiles(before, except: "model-00003-of-00004.safetensors");
    }

    [Fact]
    public void Several_changes_are_told_with_the_number_of_tensors_they_are_about()
    {
        CleanMerge.Work(Request());
        var recipe = SmallModels.Linear.Replace("weight: 0.6", "weight: [{ filter: t07, value: 0.7 }, { filter: t08, value: 0.8 }, { value: 0.6 }]", StringComparison.Ordinal);
        Assert.Equal("weight of a changed", CleanMerge.Work(Request(recipe)).Reason);
        Assert.Equal("dtype float32 → bfloat16; weight of a changed (in 2)", CleanMerge.Work(Request(SmallModels.Linear + "out_dtype: bfloat16\n")).Reason);
        Assert.Equal("dtype bfloat16 → float32; normalize default → False", CleanMerge.Work(Request(SmallModels.Linear + "parameters: { normalize: false }\n")).Reason);
    }

    [Fact]
    public void A_changed_gradient_computes_the_layers_it_changes()
    {
        var request = Layered("merge_method: linear\nmodels: [{ model: x, parameters: { weight: [1, 0.4] } }, { model: y, parameters: { weight: 0.5 } }]\n");
        CleanMerge.Work(request);
        var work = CleanMerge.Work(request with { RecipeText = request.RecipeText!.Replace("0.4", "0.45", StringComparison.Ordinal) });

        // The gradient's first value is that of the first layer, and of what is in no layer.
        Assert.Equal((11, 6, "weight of x changed"), (work.TensorCount, work.TensorsToCompute, work.Reason));
    }

    [Fact]
    public void A_renamed_model_folder_computes_nothing()
    {
        CleanMerge.Work(Request());
        var before = FileStamps.Of(workspace.Output);
        Directory.Move(workspace["b"], workspace["c"]);

        var work = CleanMerge.Work(Request(SmallModels.Linear.Replace("model: b", "model: c", StringComparison.Ordinal)));

        Assert.Equal((0, 0, ""), (work.TensorsToCompute, work.BytesToWrite, work.Reason));
        AssertSameFiles(before, except: "");
    }

    [Theory]
    [InlineData("# why\nmodels: [{ parameters: { weight: 0.60 }, model: a }, { model: b, parameters: { weight: 0.4 } }]\nmerge_method: linear\n", true, 12)]
    [InlineData(SmallModels.Linear, false, 12)]
    [InlineData(SmallModels.Linear, true, 5)]
    public void What_is_not_in_the_weights_computes_nothing(string recipe, bool card, int tensorsPerFile)
    {
        CleanMerge.Work(Request());
        var work = CleanMerge.Work(Request(recipe) with { WriteModelCard = card, ShardSize = tensorsPerFile * SmallModels.TensorBytes });
        Assert.Equal((0, ""), (work.TensorsToCompute, work.Reason));
        Assert.Equal((12 * SmallModels.TensorBytes, 12 * SmallModels.TensorBytes), (work.BytesToRead, work.BytesToWrite));
    }

    [Fact]
    public void The_model_card_is_written_without_touching_the_weights()
    {
        CleanMerge.Work(Request());
        var before = FileStamps.Of(workspace.Output);
        Assert.Equal(0, CleanMerge.Work(Request() with { WriteModelCard = false }).BytesToWrite);
        AssertSameFiles(before, except: "");
    }

    [Fact]
    public void A_replaced_input_computes_what_depends_on_the_tensor_that_differs()
    {
        CleanMerge.Work(Request());
        var before = FileStamps.Of(workspace.Output);
        FileStamps.Edit(workspace["b/model.safetensors"], bytes => bytes[^1] ^= 1);

        var work = CleanMerge.Work(Request());

        Assert.Equal((1, "content of b changed"), (work.TensorsToCompute, work.Reason));
        AssertSameFiles(before, except: "model-00004-of-00004.safetensors");
    }

    [Fact]
    public void Another_model_in_the_recipe_is_named_as_the_reason()
    {
        CleanMerge.Work(Request());
        workspace.Model("c", SmallModels.Weights(3));
        var work = CleanMerge.Work(Request(SmallModels.Linear.Replace("]\n", ", { model: c, parameters: { weight: 0.1 } }]\n", StringComparison.Ordinal)));
        Assert.Equal((12, "content of c added; weight of c default → 0.1"), (work.TensorsToCompute, work.Reason));
        Assert.Equal("content of c removed; weight of c 0.1 → default", CleanMerge.Work(Request()).Reason);
    }

    [Fact]
    public void Layers_that_move_are_found_by_their_content()
    {
        var request = Layered("merge_method: passthrough\nslices: [{ sources: [{ model: x, layer_range: [0, 4] }] }]\n");
        CleanMerge.Work(request);
        var work = CleanMerge.Work(request with
        {
            RecipeText = "merge_method: passthrough\nslices: [{ sources: [{ model: x, layer_range: [0, 3] }] }, { sources: [{ model: y, layer_range: [1, 2] }] }, { sources: [{ model: x, layer_range: [1, 4] }] }]\n",
        });
        Assert.Equal((17, 2), (work.TensorCount, work.TensorsToCompute));
    }

    [Fact]
    public void Tensors_of_another_name_are_found_by_their_content()
    {
        const string Recipe = "merge_method: linear\nmodels: [{ model: n, parameters: { weight: 1 } }, { model: m, parameters: { weight: 1 } }]\n";
        void Name(string prefix)
        {
            workspace.Model("n", SmallModels.Weights(1, prefix));
            workspace.Model("m", SmallModels.Weights(2, prefix));
        }

        Name("t");
        CleanMerge.Work(Request(Recipe));
        Name("u");
        var work = CleanMerge.Work(Request(Recipe));
        Assert.Equal((0, 12 * SmallModels.TensorBytes), (work.TensorsToCompute, work.BytesToWrite));
    }

    [Theory]
    [InlineData(SmallModels.Linear, 0, "")]
    [InlineData(Dare, 12, "seed 0 → 1")]
    public void The_seed_matters_to_random_methods_only(string recipe, int computed, string reason)
    {
        CleanMerge.Work(Request(recipe));
        var work = CleanMerge.Work(Request(recipe) with { Seed = 1 });
        Assert.Equal((computed, reason), (work.TensorsToCompute, work.Reason));
    }

    [Fact]
    public void Without_its_records_a_merge_computes_everything_and_leaves_equal_files_alone()
    {
        CleanMerge.Work(Request());
        Directory.Delete(workspace["state"], recursive: true);
        var work = CleanMerge.Work(Request());
        Assert.Equal((12, "not merged before"), (work.TensorsToCompute, work.Reason));
        Assert.Equal([workspace.Output], Directory.GetFileSystemEntries(workspace["models"]));
        Assert.Equal(0, CleanMerge.Work(Request()).TensorsToCompute);
    }

    [Fact]
    public void A_record_of_a_merge_that_was_killed_before_the_end_is_not_what_changes_are_told_from()
    {
        CleanMerge.Work(Request());
        CleanMerge.Work(Request(SmallModels.Linear.Replace("0.6", "0.8", StringComparison.Ordinal)) with { OutputDirectory = workspace["models/other"], StateDirectory = workspace["other"] });
        File.Copy(workspace["other/state.json"], workspace["state/state.next.json"]);
        Assert.Equal("weight of a 0.6 → 0.9", CleanMerge.Work(Request(SmallModels.Linear.Replace("0.6", "0.9", StringComparison.Ordinal))).Reason);
    }

    public void Dispose() => workspace.Dispose();

    private MergeRequest Layered(string recipe)
    {
        TinyModel.Llama().Fill(1).Write(workspace["x"]);
        TinyModel.Llama().Fill(2).Write(workspace["y"]);
        return workspace.Request(recipe);
    }

    /// <summary>Asserts that weights are the same files as before, not equal ones.</summary>
    private void AssertSameFiles(IReadOnlyDictionary<string, FileStamp?> before, string except)
    {
        foreach (var (name, stamp) in FileStamps.Of(workspace.Output).Where(file => file.Key.EndsWith(".safetensors", StringComparison.Ordinal)))
        {
            Assert.True((before[name] == stamp) == (name != except), name);
        }
    }
}
