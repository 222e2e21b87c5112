namespace MergeKit.Benchmarks.Merging;

/// <summary>A merge of two models in which the weight of one model in one layer has one of two values.</summary>
/// <param name="models">The models.</param>
/// <param name="method">linear or ties.</param>
internal sealed class LayerRecipe(BenchmarkModels models, string method)
{
    private bool isOther;

    /// <summary>The recipe as it is now.</summary>
    public string Text => $$"""
        merge_method: {{method}}
        {{(method == "linear" ? "" : $"base_model: {models.PathOf("base")}\nparameters: {{ density: 0.5 }}")}}
        models:
          - model: {{models.PathOf("math")}}
            parameters: { weight: 0.4 }
          - model: {{models.PathOf("chat")}}
            parameters:
              weight:
                - { filter: layers.7., value: {{(isOther ? "0.5" : "0.6")}} }
                - { value: 0.6 }
        dtype: bfloat16

        """;

    /// <summary>Changes the weight to the other value.</summary>
    public void Change() => isOther = !isOther;
}
