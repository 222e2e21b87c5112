namespace MergeKit.Engine.Methods;

/// <summary>Task arithmetic on task vectors pruned at random by magnitude.</summary>
internal sealed class DellaLinear() : DellaMethod(normalizeByDefault: false)
{
    public override string Name => "della_linear";

    public override string Title => "Linear DELLA";

    public override string Summary => "Drops elements of task vectors at random, small ones more likely, scales the rest up, and adds them.";

    public override string UseWhen => "dare_linear would fit, but large changes are to survive more often than small ones.";

    public override string Example => """
        merge_method: della_linear
        base_model: ./base
        models:
          - model: ./chat
            parameters: {weight: 0.6, density: 0.5, epsilon: 0.1}
          - model: ./math
            parameters: {weight: 0.4, density: 0.5, epsilon: 0.1}
        dtype: bfloat16
        """;

    protected override bool SignConsensus => false;
}
