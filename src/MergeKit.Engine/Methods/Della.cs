namespace MergeKit.Engine.Methods;

/// <summary>Sign consensus over task vectors pruned at random by magnitude.</summary>
internal sealed class Della() : DellaMethod(normalizeByDefault: true)
{
    public override string Name => "della";

    public override string Title => "DELLA";

    protected override bool SignConsensus => true;
}
