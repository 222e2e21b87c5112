using System.Text.Json.Nodes;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Planning;

/// <summary>Merges of stages are planned before the stages exist.</summary>
public sealed class StagePlanTests : IDisposable
{
    private const string Halves = """
        name: halves
        merge_method: linear
        models: [{model: ./base, parameters: {weight: 0.5}}, {model: ./math, parameters: {weight: 0.5}}]
        out_dtype: bfloat16
        ---

        """;

    private const string Stacked = """
        name: stacked
        merge_method: passthrough
        slices: [{sources: [{model: ./base, layer_range: [0, 3]}]}, {sources: [{model: ./math, layer_range: [1, 4]}]}]
        ---

        """;

    private readonly MergeFolder folder = new MergeFolder().Add("base", TinyModel.Llama()).Add("math", TinyModel.Llama());

    [Fact]
    public void Planning_reads_no_tensor_data_and_writes_nothing()
    {
        folder.Add("math", TinyModel.Llama().Add("model.norm.weight", 1L << 29, 4)).Add("base", TinyModel.Llama().Add("model.norm.weight", 1L << 29, 4));
        var before = FileNames();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        using var plan = folder.Plan(Halves + "merge_method: slerp\nbase_model: halves\nmodels: [{model: ./math}]\nparameters: {t: 0.5}");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 16 << 20);
        Assert.Equal(before, FileNames());
    }

    [Fact]
    public void A_stage_has_the_dtypes_shapes_layers_and_configuration_that_its_plan_gives_it()
    {
        using var plan = folder.Plan(Halves + Stacked + """
            merge_method: linear
            slices:
              - sources: [{model: stacked, layer_range: [1, 6], parameters: {weight: 1}}]
              - sources: [{model: halves, layer_range: [3, 4], parameters: {weight: 1}}]
            """);
        Assert.Equal([DType.BF16], Stage(plan, "halves").Tensors.Select(tensor => tensor.OutputDType).Distinct());
        Assert.Equal(6, (int)Config(Stage(plan, "stacked"))["num_hidden_layers"]!);
        Assert.Equal(6, (int)Config(plan)["num_hidden_layers"]!);
        Assert.Equal(DType.BF16, plan.Tensors.Single(tensor => tensor.Name == "model.layers.5.attn.weight").OutputDType);
        Assert.Equal(DType.F32, plan.Tensors.Single(tensor => tensor.Name == "model.layers.4.attn.weight").OutputDType);
    }

    [Fact]
    public void Layers_that_a_stage_will_not_have_are_an_error_at_the_reference() => Assert.StartsWith(
        "recipes/chat-math.yml(6,51): error MK3010: ",
        Assert.Single(folder.Diagnose(Stacked + "merge_method: passthrough\nslices: [{sources: [{model: stacked, layer_range: [1, 7]}]}]")),
        StringComparison.Ordinal);

    [Fact]
    public void Models_of_all_documents_that_are_missing_are_reported_together() => Assert.Equal(
        ["recipes/chat-math.yml(3,18)", "recipes/chat-math.yml(6,55)"],
        folder.Diagnose("name: a\nmerge_method: passthrough\nmodels: [{model: ./gone}]\n---\nmerge_method: linear\nmodels: [{model: a, parameters: {weight: 1}}, {model: aa, parameters: {weight: 1}}]")
            .Select(message => message.Split(": ")[0]));

    [Fact]
    public void A_misspelt_stage_is_suggested() => Assert.EndsWith(
        " Did you mean 'halves'?",
        Assert.Single(folder.Diagnose(Halves + "merge_method: passthrough\nmodels: [{model: halfes}]"), message => message.Contains("MK2001", StringComparison.Ordinal)),
        StringComparison.Ordinal);

    [Fact]
    public void A_stage_comes_before_a_named_model_and_that_before_a_folder()
    {
        folder.Add("halves", TinyModel.T5()).Add("named", TinyModel.T5());
        var names = new Dictionary<string, string> { ["halves"] = folder["recipes/halves"], ["named"] = folder["recipes/math"] };
        var request = folder.Request(Halves + "merge_method: linear\nmodels: [{model: halves, parameters: {weight: 1}}, {model: named, parameters: {weight: 1}}]");
        using var plan = Merger.Plan(request with { NamedModels = names });
        Assert.Equal(["base", "math"], plan.InputFiles.Where(file => file.EndsWith("config.json", StringComparison.Ordinal)).Select(file => Path.GetFileName(Path.GetDirectoryName(file))));
    }

    [Fact]
    public void A_revision_of_a_stage_is_ignored_with_a_warning() => Assert.Equal(
        "recipes/chat-math.yml(7,18): warning MK2051: Model halves@main names a revision, but is a stage, which has none. Remove '@main'.",
        Assert.Single(folder.Diagnose(Halves + "merge_method: passthrough\nmodels: [{model: halves@main}]")));

    [Fact]
    public void Warnings_and_input_files_of_stages_are_the_final_merges_too()
    {
        File.WriteAllText(folder["recipes/base/generation_config.json"], "{}");
        File.WriteAllText(folder["recipes/math/README.md"], "---\nlicense: mit\n---\n");
        using var plan = folder.Plan(Halves.Replace("{weight: 0.5}}]", "{weight: 0.5, t: 1}}]", StringComparison.Ordinal) + "merge_method: passthrough\nmodels: [{model: halves}]");
        Assert.Equal((DiagnosticCode.ParameterNotUsed, 3), plan.Warnings.Select(warning => (warning.Code, warning.Position!.Value.Line)).Single());
        Assert.Equal(
            ["base/config.json", "base/generation_config.json", "base/model.safetensors", "chat-math.yml", "math/README.md", "math/config.json", "math/model.safetensors"],
            plan.InputFiles.Select(file => Path.GetRelativePath(folder["recipes"], file)));
    }

    [Fact]
    public void What_a_tensor_of_a_stage_depends_on_stands_for_its_content()
    {
        var digests = new NamedDigests();
        var ids = new[] { "0.5", "0.25" }.Select(weight =>
        {
            using var plan = folder.Plan(Halves.Replace("0.5", weight, StringComparison.Ordinal) + "merge_method: passthrough\nmodels: [{model: halves}]");
            return plan.Tensors.First().Models[0].Source.ContentId(digests);
        }).ToList();
        Assert.NotEqual(ids[0], ids[1]);
    }

    [Fact]
    public void Contents_of_a_ladder_of_stages_are_known_in_a_moment()
    {
        var stages = Enumerable.Range(1, 60).Select(i => $"name: s{i}\nmerge_method: linear\nmodels: [{{model: s{i - 1}, parameters: {{weight: 1}}}}, {{model: s{i - 1}@again, parameters: {{weight: 2}}}}]\n---\n");
        using var plan = folder.Plan($"name: s0\nmerge_method: passthrough\nmodels: [{{model: ./base}}]\n---\n{string.Concat(stages)}merge_method: passthrough\nmodels: [{{model: s60}}]");
        var digests = new NamedDigests();
        Assert.All(plan.Tensors, tensor => Assert.NotEmpty(tensor.Models[0].Source.ContentId(digests)));
        Assert.Equal(plan.TensorCount, digests.Asked);
    }

    public void Dispose() => folder.Dispose();

    private string[] FileNames() => Directory.GetFileSystemEntries(folder[""], "*", SearchOption.AllDirectories);

    private static MergePlan Stage(MergePlan plan, string name) => plan.Stages.Single(stage => stage.Request.Name == name);

    private static JsonNode Config(MergePlan plan) => JsonNode.Parse(plan.ConfigJson)!;

    private sealed class NamedDigests : IContentDigests
    {
        public string? Backend => null;

        public int Asked { get; private set; }

        public string Of(StoredTensor tensor)
        {
            Asked++;
            return tensor.Name;
        }
    }
}
