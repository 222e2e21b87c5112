namespace MergeKit.Engine.Methods;

/// <summary>Task arithmetic on task vectors of which elements were dropped at random.</summary>
internal sealed class DareLinear : DareMethod
{
    public override string Name => "dare_linear";

    public override string Title => "Linear DARE";

    protected override bool SignConsensus => false;
}
