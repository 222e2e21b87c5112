using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Planning;

public sealed class AllowCrimesTests : IDisposable
{
    private const string Linear = "merge_method: linear\nmodels:\n  - model: ./math\n  - model: ./odd\nparameters: {weight: 1}\n";
    private const string Ties = "merge_method: ties\nbase_model: ./base\nmodels:\n  - model: ./math\n  - model: ./odd\nparameters: {weight: 1}\n";

    private readonly MergeFolder folder = new MergeFolder().Add("base", TinyModel.Llama()).Add("math", TinyModel.Llama());

    [Fact]
    public void Models_of_different_architectures_merge_only_under_AllowCrimes()
    {
        folder.Add("odd", TinyModel.Llama().Configure("model_type", "qwen2"));
        Assert.Single(folder.Diagnose(Linear), message => message.Contains("MK3006", StringComparison.Ordinal));
        Assert.Empty(folder.Diagnose(Linear, allowCrimes: true));
    }

    [Fact]
    public void An_architecture_that_is_not_stated_differs_from_one_that_is()
    {
        folder.Add("odd", TinyModel.Llama().Configure("model_type", null));
        Assert.Contains("model_type of ./math is 'llama', that of ./odd is not stated", Assert.Single(folder.Diagnose(Linear)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_that_a_model_lacks_is_merged_without_it_under_AllowCrimes()
    {
        folder.Add("odd", TinyModel.Llama().Remove("model.layers.1.attn"));
        using var plan = folder.Plan(Linear, allowCrimes: true);
        Assert.Equal(["./math"], Models(plan, "model.layers.1.attn.weight"));
        Assert.Equal(["./math", "./odd"], Models(plan, "model.layers.2.attn.weight"));
        Assert.StartsWith("Model ./odd was left out of some tensors", Assert.Single(plan.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_that_the_base_lacks_is_copied_under_AllowCrimes()
    {
        folder.Add("base", TinyModel.Llama().Remove("model.norm")).Add("odd", TinyModel.Llama());
        Assert.Contains("Model ./base lacks model.norm.weight, which ./math has", Assert.Single(folder.Diagnose(Ties)), StringComparison.Ordinal);
        using var plan = folder.Plan(Ties, allowCrimes: true);
        var norm = plan.Tensors.Single(tensor => tensor.Name == "model.norm.weight");
        Assert.Null(norm.Method);
        Assert.Equal("./math", norm.Models[0].Model.ToString());
    }

    [Fact]
    public void A_task_vector_method_leaves_out_a_model_whose_shapes_differ_under_AllowCrimes()
    {
        folder.Add("odd", TinyModel.Llama().Add("model.norm.weight", 5));
        Assert.Contains(
            "(5,12): error MK3002: Model ./odd does not fit ./base: model.norm.weight (shape [5], expected [4])",
            Assert.Single(folder.Diagnose(Ties)),
            StringComparison.Ordinal);
        using var plan = folder.Plan(Ties, allowCrimes: true);
        Assert.Equal(["./math"], Models(plan, "model.norm.weight"));
        Assert.Contains("other shapes for model.norm.weight", Assert.Single(plan.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_average_of_different_shapes_is_an_error_even_under_AllowCrimes()
    {
        folder.Add("odd", TinyModel.Llama().Add("model.norm.weight", 5));
        Assert.Contains("MK3002", Assert.Single(folder.Diagnose(Linear, allowCrimes: true)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bias_that_a_model_lacks_needs_no_AllowCrimes()
    {
        folder.Add("odd", TinyModel.Llama().Add("model.layers.0.attn.bias", 4));
        using (var linear = folder.Plan(Linear))
        {
            Assert.Empty(linear.Warnings);
            Assert.Equal(["./odd"], Models(linear, "model.layers.0.attn.bias"));
        }

        using var ties = folder.Plan(Ties);
        var bias = ties.Tensors.Single(tensor => tensor.Name == "model.layers.0.attn.bias");
        Assert.Equal(("./base", 4L), (bias.Base!.Model.ToString(), bias.Base.Source.Shape[0]));
    }

    public void Dispose() => folder.Dispose();

    private static IEnumerable<string> Models(MergePlan plan, string tensor) =>
        plan.Tensors.Single(planned => planned.Name == tensor).Models.Select(input => input.Model.ToString());
}
