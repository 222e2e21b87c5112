using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Planning;

public sealed class RecipeValidatorTests : IDisposable
{
    private readonly MergeFolder folder = new MergeFolder()
        .Add("base", TinyModel.Llama()).Add("math", TinyModel.Llama()).Add("t5-base", TinyModel.T5()).Add("t5-math", TinyModel.T5());

    [Theory]
    [InlineData("merge_method: fusion_reactor\nmodels: [{model: ./math}]", "(1,15): error MK1050: Unknown merge method 'fusion_reactor'. Known methods: ")]
    [InlineData("merge_method: linear\nmodels: [{model: ./math, parameters: {wieght: 1}}]\n", "(2,39): error MK1051: linear has no parameter 'wieght'. Did you mean 'weight'?")]
    [InlineData("merge_method: linear\nmodels: [{model: ./math}]\nparameters: {zeal: 1}", "(3,14): error MK1051: linear has no parameter 'zeal'. Its parameters: weight, normalize.")]
    [InlineData(
        "merge_method: passthrough\nmodels: [{model: ./math}]\nparameters: {t: 0.5}",
        "(3,14): warning MK1052: Parameter 't' has no effect here: passthrough does not have it.")]
    [InlineData(
        "merge_method: linear\nmodels: [{model: ./math, parameters: {weight: 1, normalize: false}}]",
        "(2,50): warning MK1052: Parameter 'normalize' has no effect here: it holds for the whole merge")]
    [InlineData(
        "merge_method: passthrough\nmodels: [{model: ./math}, {model: ./base}]",
        "(1,15): error MK1055: passthrough merges exactly 1 model, but the recipe gives it 2.")]
    [InlineData(
        "merge_method: ties\nbase_model: ./base\nmodels: [{model: ./base}]\nparameters: {weight: 1}",
        "(1,15): error MK1055: ties merges at least 1 model besides the base model, but the recipe gives it 0.")]
    [InlineData(
        "merge_method: slerp\nparameters: {t: 1}\nslices:\n- sources: [{model: ./math, layer_range: [0, 1]}, {model: ./base, layer_range: [0, 1]}]\n  base_model: ./base\n- sources: [{model: ./math, layer_range: [0, 1]}]",
        "(1,15): error MK1056: slerp needs a base model.")]
    [InlineData("merge_method: linear\nmodels: [{model: ./lost}]\nparameters: {weight: 1}", "(2,18): error MK2001: Model './lost' was not found.")]
    public void A_recipe_that_contradicts_its_method_is_reported_at_the_place_to_blame(string recipe, string expected) =>
        Assert.StartsWith("recipes/chat-math.yml" + expected, Assert.Single(folder.Diagnose(recipe)), StringComparison.Ordinal);

    [Theory]
    [InlineData("./gguf")]
    [InlineData("./gguf/m.gguf")]
    public void A_GGUF_model_is_refused_as_what_it_is(string model)
    {
        Directory.CreateDirectory(folder["recipes/gguf"]);
        File.WriteAllText(folder["recipes/gguf/m.gguf"], "GGUF");
        var message = Assert.Single(folder.Diagnose($"merge_method: linear\nmodels: [{{model: {model}}}]\nparameters: {{weight: 1}}"));
        Assert.StartsWith("recipes/chat-math.yml(2,18): error MK2012: ", message, StringComparison.Ordinal);
        Assert.Contains("(m.gguf)", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("merge_method: linear\nmodels: [{model: ./math, parameters: {weight: [{filter: mlp, value: 1}]}}]", "(2,39)", "weight' for ./math", "model.embed_tokens.weight")]
    [InlineData("merge_method: linear\nmodels: [{model: ./math}]\nbase_model: ./base\nparameters: {weight: {filter: self, value: 1}}", "(4,14)", "weight' for ./math", "embed")]
    [InlineData("merge_method: linear\nmodels: [{model: ./math, parameters: {weight: 1}}]\nbase_model: ./base", "(3,13)", "weight' for ./base", "embed")]
    [InlineData("merge_method: slerp\nmodels: [{model: ./math}]\nbase_model: ./base", "(1,15)", "'t',", "embed")]
    public void A_missing_value_names_parameter_model_and_tensor(string recipe, string position, string parameter, string tensor)
    {
        var message = folder.Diagnose(recipe)[0];
        Assert.StartsWith($"recipes/chat-math.yml{position}: error MK1053: ", message, StringComparison.Ordinal);
        Assert.Contains(parameter, message, StringComparison.Ordinal);
        Assert.Contains(tensor, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("half", 23, "'half'")]
    [InlineData("[0.5, 0]", 23, "'0'")]
    [InlineData("{filter: attn, value: -1}", 45, "'-1'")]
    [InlineData("true", 23, "'true'")]
    public void A_value_out_of_range_is_reported_once(string density, int column, string shown) => Assert.Equal(
        $"recipes/chat-math.yml(4,{column}): error MK1054: Parameter 'density' of ties must be a number above 0, but is {shown}.",
        Assert.Single(folder.Diagnose($"merge_method: ties\nbase_model: ./base\nmodels: [{{model: ./math}}]\nparameters: {{density: {density}, weight: 1}}")));

    [Fact]
    public void A_model_that_cannot_be_opened_is_reported_once_however_often_it_is_named() => Assert.StartsWith(
        "recipes/chat-math.yml(3,21): error MK2001: ",
        Assert.Single(folder.Diagnose(
            "merge_method: passthrough\nslices:\n- sources: [{model: ./lost, layer_range: [0, 2]}]\n- sources: [{model: ./lost, layer_range: [1, 4]}]\n")),
        StringComparison.Ordinal);

    [Fact]
    public void All_models_that_cannot_be_opened_are_reported_together() =>
        Assert.Equal(2, folder.Diagnose("merge_method: linear\nmodels: [{model: ./lost}, {model: ./gone}, {model: ./math}]\nparameters: {weight: 1}").Count);

    [Fact]
    public void A_base_in_every_slice_of_every_module_is_enough() => Assert.Empty(folder.Diagnose(
        """
        merge_method: slerp
        parameters: {t: 0.5}
        modules:
          encoder:
            slices: [{base_model: ./t5-base, sources: [{model: ./t5-base, layer_range: [0, 2]}, {model: ./t5-math, layer_range: [0, 2]}]}]
          default:
            slices: [{base_model: ./t5-base, sources: [{model: ./t5-base, layer_range: [0, 2]}, {model: ./t5-math, layer_range: [0, 2]}]}]
        """));

    [Fact]
    public void Warnings_found_before_an_error_are_reported_with_it() => Assert.Equal(
        ["warning MK1015", "error MK1050"],
        folder.Diagnose("merge_method: tiez\nmodels: [{model: {model: ./math, override_architecture: A}}]").Select(message => message.Split(": ")[1]));

    public void Dispose() => folder.Dispose();
}
