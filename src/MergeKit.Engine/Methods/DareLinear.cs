namespace MergeKit.Engine.Methods;

/// <summary>Task arithmetic on task vectors of which elements were dropped at random.</summary>
internal sealed class DareLinear : DareMethod
{
    public override string Name => "dare_linear";

    public override string Title => "Linear DARE";

    public override string Summary => "Drops elements of task vectors at random, scales the rest up, and adds them.";

    public override string UseWhen => "fine-tunes of one base with small, redundant changes are to be added with less interference.";

    public override string Example => """
        merge_method: dare_linear
        base_model: ./base
        models:
          - model: ./chat
            parameters: {weight: 0.6, density: 0.5}
          - model: ./math
            parameters: {weight: 0.4, density: 0.5}
        dtype: bfloat16
        """;

    protected override bool SignConsensus => false;
}
