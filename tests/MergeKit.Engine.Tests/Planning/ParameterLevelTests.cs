using MergeKit.Engine.Methods;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Planning;

/// <summary>Which value a parameter has for which tensor: gradients, filters and levels.</summary>
public sealed class ParameterLevelTests : IDisposable
{
    private readonly MergeFolder folder = new MergeFolder()
        .Add("base", TinyModel.Llama(layers: 6)).Add("math", TinyModel.Llama(layers: 6)).Add("chat", TinyModel.Llama(layers: 6)).Add("t5-base", TinyModel.T5()).Add("t5-math", TinyModel.T5());

    [Fact]
    public void A_gradient_runs_anew_through_every_slice_of_a_restacked_model()
    {
        using var plan = folder.Plan(
            """
            merge_method: linear
            slices:
              - sources: [{model: ./math, layer_range: [3, 6]}]
                parameters: {weight: [0, 1]}
              - sources: [{model: ./chat, layer_range: [0, 1], parameters: {weight: [0, 1]}}]
              - sources: [{model: ./chat, layer_range: [1, 6]}]
            parameters: {weight: [0, 2, 8], normalize: false}
            """);
        Assert.Equal([0, 0.5, 1, 1, 0, 1, 2, 5, 8], Enumerable.Range(0, 9).Select(layer => (double)OfModel(plan, $"model.layers.{layer}.mlp.weight", "weight")));
        Assert.Equal(0.0, OfModel(plan, "model.embed_tokens.weight", "weight"));
        Assert.Equal(0.0, OfModel(plan, "lm_head.weight", "weight"));
    }

    [Fact]
    public void Filters_of_a_model_see_its_own_names_and_filters_of_the_merge_those_of_the_output()
    {
        using var plan = folder.Plan(
            """
            merge_method: task_arithmetic
            base_model: ./base
            slices:
              - sources:
                  - {model: ./base, layer_range: [4, 6]}
                  - model: ./math
                    layer_range: [4, 6]
                    parameters: {weight: [{filter: layers.5., value: 5}, {filter: layers.1., value: 1}, {value: 9}]}
            parameters: {lambda: [{filter: layers.5., value: 5}, {filter: layers.1., value: 1}, {value: 9}]}
            """);
        Assert.Equal((9.0, 9.0), (OfModel(plan, "model.layers.0.mlp.weight", "weight"), OfMerge(plan, "model.layers.0.mlp.weight", "lambda")));
        Assert.Equal((5.0, 1.0), (OfModel(plan, "model.layers.1.mlp.weight", "weight"), OfMerge(plan, "model.layers.1.mlp.weight", "lambda")));
    }

    [Theory]
    [InlineData("normalize", false, true)]
    [InlineData("rescale", true, false)]
    [InlineData("int8_mask", true, false)]
    [InlineData("lambda", 2.0, 3.0)]
    public void The_innermost_level_that_has_a_value_for_the_tensor_wins(string parameter, object inner, object outer)
    {
        using var plan = folder.Plan(
            $$"""
            merge_method: ties
            base_model: ./t5-base
            modules:
              encoder:
                slices:
                  - sources: [{model: ./t5-base, layer_range: [0, 1]}, {model: ./t5-math, layer_range: [0, 1]}]
                    parameters: { {{parameter}}: {{Yaml(inner)}} }
                  - sources: [{model: ./t5-base, layer_range: [1, 2]}, {model: ./t5-math, layer_range: [1, 2]}]
                parameters: { {{parameter}}: [{filter: mlp, value: {{Yaml(outer)}}}] }
              default: {models: [{model: ./t5-math}]}
            parameters: { {{parameter}}: {{Yaml(inner)}}, weight: 1 }
            """);
        Assert.Empty(plan.Warnings);
        Assert.Equal(inner, OfMerge(plan, "encoder.block.0.mlp.weight", parameter));
        Assert.Equal(outer, OfMerge(plan, "encoder.block.1.mlp.weight", parameter));
        Assert.Equal(inner, OfMerge(plan, "encoder.block.1.attn.weight", parameter));
        Assert.Equal(inner, OfMerge(plan, "decoder.block.1.mlp.weight", parameter));
    }

    [Theory]
    [InlineData("normalize: true")]
    [InlineData("rescale: true")]
    [InlineData("int8_mask: true")]
    [InlineData("lambda: 0.5")]
    public void A_parameter_of_the_merge_has_no_effect_under_a_model_and_a_warning_says_so(string parameter) => Assert.Contains(
        "warning MK1052: ",
        Assert.Single(folder.Diagnose($"merge_method: ties\nbase_model: ./base\nmodels: [{{model: ./math, parameters: {{weight: 1, {parameter}}}}}]")),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("parameters: {weight: 1}", 1)]
    [InlineData("parameters: {weight: {filter: mlp, value: 2}}", 2)]
    [InlineData("parameters: {weight: [{filter: attn, value: 2}, {filter: '*', value: 3}]}", 3)]
    [InlineData("parameters: {weight: [{filter: attn, value: 2}, {value: [4, 6]}]}", 6)]
    public void A_value_is_a_scalar_a_gradient_or_entries_with_filters(string parameters, double expected)
    {
        using var plan = folder.Plan($"merge_method: linear\nmodels: [{{model: ./math, {parameters}}}]\nparameters: {{weight: 7}}");
        Assert.Equal(expected, OfModel(plan, "model.layers.5.mlp.weight", "weight"));
    }

    public void Dispose() => folder.Dispose();

    private static string Yaml(object value) => FormattableString.Invariant($"{value}").ToLowerInvariant();

    private static object OfModel(MergePlan plan, string tensor, string parameter) =>
        Value(plan.Tensors.Single(planned => planned.Name == tensor).Models.Single().Parameters, parameter);

    private static object OfMerge(MergePlan plan, string tensor, string parameter) =>
        Value(plan.Tensors.Single(planned => planned.Name == tensor).Parameters, parameter);

    private static object Value(ParameterValues values, string parameter) => values.Given.Single(given => given.Name == parameter).Value;
}
