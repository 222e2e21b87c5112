using System.Text.Json.Nodes;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Output;

/// <summary>What one project has merged, another takes from the cache; what is wrong with the cache never gets into a model.</summary>
public sealed class SharedWorkTests : IDisposable
{
    private readonly MergeWorkspace workspace = new();

    public SharedWorkTests()
    {
        SmallModels.Write(workspace);
        FileStamps.Age(workspace.Path);
    }

    public static TheoryData<string> Payloads => ["null", "[]", "[null, null, null]", "nonsense", """[{}, {}, {}]""", Reports(2), Reports(-1)];

    [Fact]
    public void Another_project_computes_nothing()
    {
        CleanMerge.Work(Request("first"));
        var work = CleanMerge.Work(Request("second"));
        Assert.Equal(new MergeWork("out", 12, 0, 0, 0, ""), work);
        Assert.Equal(0, CleanMerge.Work(Request("second")).BytesToWrite);
    }

    [Fact]
    public void A_model_that_was_merged_before_the_last_change_comes_back()
    {
        var other = SmallModels.Linear.Replace("0.6", "0.7", StringComparison.Ordinal);
        CleanMerge.Work(Request("first"));
        Assert.Equal(12, CleanMerge.Work(Request("first") with { RecipeText = other }).TensorsToCompute);
        Assert.Equal(0, CleanMerge.Work(Request("first")).TensorsToCompute);
        Assert.Equal(0, CleanMerge.Work(Request("first") with { RecipeText = other }).TensorsToCompute);
    }

    [Fact]
    public void A_fetched_file_and_what_an_interrupted_merge_left_of_it_do_not_meet()
    {
        CleanMerge.Work(Request("first"));
        Assert.True(Interruption.After(20, Request("second") with { CacheDirectory = null, Threads = 1 }));
        Assert.Equal(0, CleanMerge.Work(Request("second")).TensorsToCompute);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_damaged_entry_is_a_warning_and_computed(bool truncated)
    {
        CleanMerge.Work(Request("first"));
        var blob = Directory.GetFiles(workspace["cache/shards/blobs"], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        if (truncated)
        {
            File.WriteAllBytes(blob, File.ReadAllBytes(blob)[..^4]);
        }
        else
        {
            FileStamps.Edit(blob, bytes => bytes[^1] ^= 1);
        }

        var watcher = new MergeWatcher();
        var result = MergeWorkspace.Merge(Request("second"), watcher);

        Assert.Equal([DiagnosticCode.CachedWeightsDamaged], result.Warnings.Select(warning => warning.Code));
        Assert.Equal(3, watcher.Works[^1].TensorsToCompute);
        Assert.Equal(CleanMerge.Of(Request("second")), FolderContent.Of(Request("second").OutputDirectory));

        // The first project's model shares its bytes with the entry.
        Assert.Equal(0, CleanMerge.Work(Request("first")).TensorsToCompute);
        CleanMerge.Work(Request("third"));
    }

    [Theory]
    [MemberData(nameof(Payloads))]
    public void An_entry_with_a_payload_of_another_form_is_not_used(string payload)
    {
        CleanMerge.Work(Request("first"));
        foreach (var entry in Directory.GetFiles(workspace["cache/shards/entries"], "*", SearchOption.AllDirectories))
        {
            SealedRecord.Edit(entry, json => json["Payload"] = payload);
        }

        Assert.Equal(12, CleanMerge.Work(Request("second")).TensorsToCompute);
        Assert.Equal(0, CleanMerge.Work(Request("third")).TensorsToCompute);
    }

    [Fact]
    public void A_file_in_the_place_of_the_cache_is_a_warning()
    {
        workspace.Write("cache", "a file");
        Assert.Equal([DiagnosticCode.CacheNotUsable], MergeWorkspace.Merge(Request("first")).Warnings.Select(warning => warning.Code));
        CleanMerge.Work(Request("first"));
        Assert.Equal("a file", File.ReadAllText(workspace["cache"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_the_data_gave_reason_to_say_is_said_again(bool fromCache)
    {
        var weights = new SafetensorsBuilder().Add("w.weight", Engine.Numerics.DType.F32, [3], 1, float.NaN, 3).Add("i", Engine.Numerics.DType.I32, [1], BitConverter.GetBytes(1));
        workspace.Model("n", weights);
        workspace.Model("m", new SafetensorsBuilder().Add("w.weight", Engine.Numerics.DType.F32, [3], 1, 2, 3).Add("i", Engine.Numerics.DType.I32, [1], BitConverter.GetBytes(2)));
        var first = Request("first") with
        {
            RecipeText = "merge_method: linear\nmodels: [{ model: n, parameters: { weight: 1 } }, { model: m, parameters: { weight: 1 } }]\n",
            NonFiniteOutputs = NonFinitePolicy.Warning,
        };
        var expected = MergeWorkspace.Merge(first).Warnings;
        Assert.Equal([DiagnosticCode.IntegerTensorsDiffer, DiagnosticCode.NonFiniteInput, DiagnosticCode.NonFiniteOutput], expected.Select(warning => warning.Code));

        var again = fromCache ? first with { OutputDirectory = workspace["second/out"], StateDirectory = workspace["second/state"] } : first with { CacheDirectory = null };
        var watcher = new MergeWatcher();
        Assert.Equal(expected, MergeWorkspace.Merge(again, watcher).Warnings);
        Assert.Equal(0, watcher.Works[^1].TensorsToCompute);

        var before = FolderContent.Of(again.OutputDirectory);
        var error = Assert.Throws<MergeException>(() => MergeWorkspace.Merge(again with { NonFiniteOutputs = NonFinitePolicy.Error }));
        Assert.Equal(expected.Select(warning => warning.Code), error.Diagnostics.Select(diagnostic => diagnostic.Code));
        Assert.Equal(before, FolderContent.Of(again.OutputDirectory));
    }

    public void Dispose() => workspace.Dispose();

    private static string Reports(int place)
    {
        var report = new JsonObject { ["IsFinite"] = true, ["NonFiniteInputs"] = new JsonArray(place), ["IntegersDiffer"] = false };
        return new JsonArray(report, report.DeepClone(), report.DeepClone()).ToJsonString();
    }

    private MergeRequest Request(string project) => workspace.Request(SmallModels.Linear) with
    {
        OutputDirectory = workspace[$"{project}/out"],
        StateDirectory = workspace[$"{project}/state"],
        CacheDirectory = workspace["cache"],
        ShardSize = 3 * SmallModels.TensorBytes,
    };
}
