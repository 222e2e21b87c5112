namespace MergeKit.Engine.Methods;

/// <summary>Sign consensus over task vectors of which elements were dropped at random.</summary>
internal sealed class DareTies : DareMethod
{
    public override string Name => "dare_ties";

    public override string Title => "DARE TIES";

    public override string Summary => "Drops elements of task vectors at random, scales the rest up, and adds those that agree in sign.";

    public override string UseWhen => "dare_linear would fit, but the models pull elements in opposite directions.";

    public override string Example => """
        merge_method: dare_ties
        base_model: ./base
        models:
          - model: ./chat
            parameters: {weight: 0.6, density: 0.5}
          - model: ./math
            parameters: {weight: 0.4, density: 0.5}
        dtype: bfloat16
        """;

    protected override bool SignConsensus => true;
}
