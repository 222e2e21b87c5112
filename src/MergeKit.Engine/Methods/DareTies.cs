namespace MergeKit.Engine.Methods;

/// <summary>Sign consensus over task vectors of which elements were dropped at random.</summary>
internal sealed class DareTies : DareMethod
{
    public override string Name => "dare_ties";

    public override string Title => "DARE TIES";

    protected override bool SignConsensus => true;
}
