using MergeKit.Engine.Tests.TestModels;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Tests.Recipes;

public sealed class RecipeReaderTests
{
    [Fact]
    public void Every_key_of_a_recipe_is_read()
    {
        var recipe = Read.One("""
            name: stage
            merge_method: ties
            base_model: base
            slices:
              - sources:
                  - model: a
                    layer_range: [0, 2]
                    parameters: {weight: 1}
                  - {model: b, layer_range: [2, 4]}
                base_model: own
                parameters: {t: 0.5}
            parameters:
              lambda: 2
              normalize: true
            dtype: bfloat16
            out_dtype: torch.float16
            tokenizer_source: union
            chat_template: auto
            """);

        Assert.Equal(("stage", "ties", "base"), (recipe.Name?.Value, recipe.MergeMethod.Value, recipe.BaseModel?.Value.Path));
        Assert.Null(recipe.Models);
        Assert.Null(recipe.Modules);
        var slice = Assert.Single(recipe.Slices!);
        Assert.Equal("own", slice.BaseModel?.Value.Path);
        Assert.Equal([new LayerRange(0, 2), new LayerRange(2, 4)], slice.Sources.Select(s => s.LayerRange.Value));
        Assert.Equal("weight", Assert.Single(slice.Sources[0].Parameters.All).Name.Value);
        Assert.Empty(slice.Sources[1].Parameters.All);
        Assert.Equal(["lambda", "normalize"], recipe.Parameters.All.Select(p => p.Name.Value));
        Assert.Equal((DType.BF16, DType.F16), (recipe.DType?.Value, recipe.OutDType?.Value));
        Assert.Equal((TokenizerSource.Union, "auto"), (recipe.TokenizerSource?.Value, recipe.ChatTemplate?.Value));
    }

    [Fact]
    public void Modules_hold_models_or_slices()
    {
        var recipe = Read.One("""
            merge_method: linear
            modules:
              encoder: {models: [{model: a}], parameters: {t: 1}}
              decoder: {slices: [{sources: [{model: a, layer_range: [0, 0]}]}]}
            """);

        Assert.Equal(["encoder", "decoder"], recipe.Modules!.Select(m => m.Name.Value));
        Assert.Equal("a", Assert.Single(recipe.Modules![0].Models!).Model.Value.Path);
        Assert.True(recipe.Modules[0].Parameters.TryGet("t", out _));
        Assert.Equal(0, Assert.Single(recipe.Modules[1].Slices!).Sources[0].LayerRange.Value.Count);
    }

    [Fact]
    public void Null_values_count_as_absent()
    {
        var recipe = Read.One($"{Read.Head}    parameters:\nslices: null\nbase_model: ~\nparameters:\ndtype: None\nout_dtype: null\ntokenizer:\nname:\n");
        Assert.Empty(recipe.Parameters.All);
        Assert.Null(recipe.Slices ?? (object?)recipe.BaseModel ?? recipe.DType ?? recipe.OutDType ?? recipe.Tokenizer ?? (object?)recipe.Name);
    }

    [Fact]
    public void Positions_count_lines_and_columns_from_one()
    {
        var recipe = Read.One("# päper 🧪\r\nmerge_method: linear\r\nmodels:\r\n  - model: ä/b\r\n    parameters: {weight: x}\r\n");
        var model = Assert.Single(recipe.Models!);
        Assert.True(model.Parameters.TryGet("weight", out var setting));
        Assert.Equal(new SourcePosition("recipe.yml", 2, 1), recipe.Position);
        Assert.Equal("recipe.yml(4,12)", model.Model.Position.ToString());
        Assert.Equal((5, 26), (setting.Position.Line, setting.Position.Column));
    }

    [Fact]
    public void Anchors_aliases_and_merge_keys_are_resolved()
    {
        var recipe = Read.One("""
            merge_method: linear
            models:
              - model: a
                parameters: &p {weight: 1, density: 2}
              - model: b
                parameters: *p
              - model: c
                parameters: {<<: *p, weight: 3}
            """);

        Assert.Equal(["weight=1 density=2", "weight=1 density=2", "weight=3 density=2"], recipe.Models!.Select(model =>
            string.Join(' ', model.Parameters.All.OrderByDescending(p => p.Name.Value).Select(p => $"{p.Name.Value}={p.Setting.Evaluate("", 0)}"))));
    }

    [Fact]
    public void Documents_are_stages_and_keep_their_text()
    {
        const string first = "# the first — ä🧪\nname: one\nmerge_method: x\nmodels: [{model: a}] # end\n";
        const string second = "merge_method: |\n  y\n  z\nmodels: [{model: one}]\n\n# tail\n";
        Assert.Equal([first, second], Read.All($"{first}---\n{second}").Select(r => r.Text));
        Assert.Equal([first, second], Read.All($"---\n{first}...\n---\r\n{second}---\n").Select(r => r.Text));
        Assert.Equal([second.TrimEnd('\n')], Read.All("\ufeff" + second.TrimEnd('\n')).Select(r => r.Text));
    }

    [Fact]
    public void Unused_keys_of_mergekit_warn_and_are_read_over()
    {
        var bag = new DiagnosticBag();
        RecipeReader.Parse("merge_method: a\nslices:\n- sources: [{model: a, layer_range: [0, 1]}]\n  residual_weight: 0.5\n", "r.yml", bag);
        Assert.Equal("r.yml(4,3): warning MK1015: The key 'residual_weight' has no effect and can be removed.", Assert.Single(bag.Diagnostics).ToString());
    }

    [Fact]
    public void Files_are_read_with_and_without_a_byte_order_mark()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("r.yml", [0xEF, 0xBB, 0xBF, .. "merge_method: ä\nmodels: [{model: a}]"u8]);
        Assert.Equal("ä", Assert.Single(RecipeReader.Read(path, new DiagnosticBag())).MergeMethod.Value);
    }
}
