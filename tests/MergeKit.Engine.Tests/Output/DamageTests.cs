using System.Text.Json.Nodes;
using MergeKit.Engine.Caching;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Output;

/// <summary>A model or a record that is not as a merge left it is mended by the next merge, which trusts nothing it has not compared.</summary>
public sealed class DamageTests : IDisposable
{
    private const string Shard = "models/out/model-00002-of-00004.safetensors";
    private static readonly string Other = SmallModels.Linear.Replace("0.6", "0.7", StringComparison.Ordinal);

    private readonly MergeWorkspace workspace = new();

    public DamageTests()
    {
        SmallModels.Write(workspace);
        FileStamps.Age(workspace.Path);
    }

    public static TheoryData<string> Records => new(Edits.Keys);

    /// <summary>What nobody writes, but a program that reads it must survive.</summary>
    private static readonly Dictionary<string, Action<JsonNode>> Edits = new()
    {
        ["no files"] = state => state["Files"] = null,
        ["a file that is null"] = state => state["Files"]![0] = null,
        ["names that lead elsewhere"] = state => EachFile(state, file => file["Name"] = "../out/" + (string)file["Name"]!),
        ["no digests"] = state => EachFile(state, file => file["Sha256"] = null),
        ["no stamps"] = state => EachFile(state, file => file.Remove("Stamp")),
        ["a shard without tensors"] = state => EachShard(state, shard => shard["Tensors"] = null),
        ["fewer tensors"] = state => EachShard(state, shard => shard["Tensors"]!.AsArray().RemoveAt(0)),
        ["a tensor that is null"] = state => EachShard(state, shard => shard["Tensors"]![1] = null),
        ["no fingerprint"] = state => EachTensor(state, tensor => tensor.Remove("Fingerprint")),
        ["a fingerprint without parts"] = state => EachTensor(state, tensor => tensor["Fingerprint"]!["Parts"] = null),
        ["a part that is null"] = state => EachTensor(state, tensor => tensor["Fingerprint"]!["Parts"]![0] = null),
        ["a part twice"] = state => EachTensor(state, tensor => tensor["Fingerprint"]!["Parts"]!.AsArray().Add(tensor["Fingerprint"]!["Parts"]![0]!.DeepClone())),
        ["no report"] = state => EachTensor(state, tensor => tensor["Report"] = null),
        ["a report of an input there is not"] = state => EachTensor(state, tensor => tensor["Report"]!["NonFiniteInputs"] = new JsonArray(2)),
        ["a negative place"] = state => EachMoved(state, tensor => tensor["FileOffset"] = -8),
        ["a place behind the end"] = state => EachMoved(state, tensor => tensor["FileOffset"] = long.MaxValue),
    };

    private MergeRequest Request(string recipe = SmallModels.Linear) => workspace.Request(recipe) with { ShardSize = SmallModels.TensorBytes * 3 };

    [Theory]
    [InlineData("damaged")]
    [InlineData("truncated")]
    [InlineData("deleted")]
    [InlineData("a folder")]
    public void Of_weights_that_are_not_as_they_were_only_those_are_computed(string damage)
    {
        CleanMerge.Work(Request());
        var before = FileStamps.Of(workspace.Output);
        Damage(workspace[Shard], damage);

        var work = CleanMerge.Work(Request());

        Assert.Equal((3, "files of the model are missing or changed"), (work.TensorsToCompute, work.Reason));
        Assert.All(FileStamps.Of(workspace.Output).Where(file => file.Key.EndsWith("1-of-00004.safetensors", StringComparison.Ordinal)), file => Assert.Equal(before[file.Key], file.Value));
    }

    [Theory]
    [InlineData("damaged")]
    [InlineData("truncated")]
    [InlineData("deleted")]
    public void Other_files_are_written_again_and_nothing_is_computed(string damage)
    {
        foreach (var name in new[] { "config.json", "README.md", "provenance.intoto.json", "model.safetensors.index.json" })
        {
            CleanMerge.Work(Request());
            Damage(Path.Combine(workspace.Output, name), damage);
            Assert.Equal((0, 0), (CleanMerge.Work(Request()) is var work ? work.TensorsToCompute : -1, work.BytesToWrite));
        }
    }

    [Fact]
    public void Without_its_manifest_a_folder_is_somebody_elses()
    {
        CleanMerge.Work(Request());
        File.Delete(Path.Combine(workspace.Output, "mergekit_manifest.json"));
        var before = FolderContent.Of(workspace["models"]);
        MergeErrors.Single(DiagnosticCode.OutputFolderForeign, () => MergeWorkspace.Merge(Request()));
        Assert.Equal(before, FolderContent.Of(workspace["models"]));
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void Records_that_make_no_sense_are_not_believed(string edit)
    {
        CleanMerge.Work(Request());
        SealedRecord.Edit(workspace["state/state.json"], Edits[edit]);
        CleanMerge.Work(Request());
        SealedRecord.Edit(workspace["state/state.json"], Edits[edit]);
        CleanMerge.Work(Request(SmallModels.Linear.Replace("weight: 0.6", "weight: [{ filter: t07, value: 0.7 }, { value: 0.6 }]", StringComparison.Ordinal)));
        CleanMerge.Work(Request(Other));
    }

    [Theory]
    [InlineData("damaged")]
    [InlineData("truncated")]
    [InlineData("deleted")]
    [InlineData("a folder")]
    public void A_record_that_cannot_be_read_costs_time_only(string damage)
    {
        CleanMerge.Work(Request());
        Damage(workspace["state/state.json"], damage);
        Assert.Equal(12, CleanMerge.Work(Request()).TensorsToCompute);
        CleanMerge.Work(Request(Other));
    }

    [Fact]
    public void A_file_in_the_place_of_the_records_is_a_warning()
    {
        workspace.Write("state", "a file");
        var warning = Assert.Single(MergeWorkspace.Merge(Request()).Warnings);
        Assert.Equal(DiagnosticCode.MergeNotRemembered, warning.Code);
        Assert.Contains($"'{workspace["state"]}'", warning.Message, StringComparison.Ordinal);
        Assert.Equal(CleanMerge.Of(Request()), FolderContent.Of(workspace.Output));
        Assert.Equal(12, CleanMerge.Work(Request()).TensorsToCompute);
        Assert.Equal("a file", File.ReadAllText(workspace["state"]));
    }

    [Fact]
    public void A_model_that_is_written_into_while_it_is_used_again_is_an_error_and_mended_by_the_next_merge()
    {
        CleanMerge.Work(Request());
        var recipe = SmallModels.Linear.Replace("weight: 0.6", "weight: [{ filter: t00, value: 0.7 }, { value: 0.6 }]", StringComparison.Ordinal);

        // Of the first file tensors are copied, the second is taken as a whole.
        foreach (var name in new[] { "models/out/model-00001-of-00004.safetensors", Shard })
        {
            var edited = false;
            MergeErrors.Single(DiagnosticCode.FileChangedWhileRead, () => MergeWorkspace.Merge(Request(recipe), _ =>
            {
                if (!edited)
                {
                    edited = true;
                    FileStamps.Edit(workspace[name], bytes => bytes[^1] ^= 1);
                }
            }));
        }

        CleanMerge.Work(Request(recipe));
    }

    [Fact]
    public void Files_of_a_model_are_never_written_in_place()
    {
        var request = Request() with { CacheDirectory = workspace["cache"], Threads = 1 };
        CleanMerge.Work(request);
        Directory.CreateDirectory(workspace["backup"]);
        foreach (var file in Directory.GetFiles(workspace.Output))
        {
            Assert.True(HardLink.TryCreate(file, Path.Combine(workspace["backup"], Path.GetFileName(file))));
        }

        var before = FolderContent.Of(workspace["backup"]);
        foreach (var (recipe, reports) in new[] { (Other, 7), (Other, 15), (SmallModels.Linear, 1), (Other, 21), (SmallModels.Linear, 20), (Other, 99), (SmallModels.Linear, 99) })
        {
            Interruption.After(reports, request with { RecipeText = recipe });
            Interruption.After(reports - 4, request with { RecipeText = recipe, CacheDirectory = null });
            Assert.Equal(before, FolderContent.Of(workspace["backup"]));
        }

        CleanMerge.Work(request);
    }

    public void Dispose() => workspace.Dispose();

    private static void EachFile(JsonNode state, Action<JsonObject> edit)
    {
        foreach (var file in state["Files"]!.AsArray())
        {
            edit(file!.AsObject());
        }
    }

    private static void EachShard(JsonNode state, Action<JsonObject> edit) => EachFile(state, file =>
    {
        if (file["Shard"] is JsonObject shard)
        {
            edit(shard);
        }
    });

    private static void EachTensor(JsonNode state, Action<JsonObject> edit) => EachShard(state, shard =>
    {
        foreach (var tensor in shard["Tensors"]!.AsArray())
        {
            edit(tensor!.AsObject());
        }
    });

    /// <summary>Tensors of files that are not taken as a whole, so that the places matter.</summary>
    private static void EachMoved(JsonNode state, Action<JsonObject> edit)
    {
        EachShard(state, shard => shard["Fingerprint"] = new string('0', 64));
        EachTensor(state, edit);
    }

    private static void Damage(string path, string damage)
    {
        switch (damage)
        {
            case "damaged":
                FileStamps.Edit(path, bytes => bytes[bytes.Length / 2] ^= 1);
                break;
            case "truncated":
                File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1]);
                break;
            default:
                File.Delete(path);
                if (damage == "a folder")
                {
                    Directory.CreateDirectory(path);
                }

                break;
        }
    }
}
