namespace MergeKit.Engine.Methods;

/// <summary>Sign consensus over task vectors pruned at random by magnitude.</summary>
internal sealed class Della() : DellaMethod(normalizeByDefault: true)
{
    public override string Name => "della";

    public override string Title => "DELLA";

    public override string Summary => "Drops elements of task vectors at random, small ones more likely, scales the rest up, and averages those that agree in sign.";

    public override string UseWhen => "ties would fit, but some of the small changes are to survive too.";

    public override string Example => """
        merge_method: della
        base_model: ./base
        models:
          - model: ./chat
            parameters: {weight: 0.6, density: 0.5, epsilon: 0.1}
          - model: ./math
            parameters: {weight: 0.4, density: 0.5, epsilon: 0.1}
        dtype: bfloat16
        """;

    protected override bool SignConsensus => true;
}
